using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Service.Console.Words;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync preview</c>: what waiting writes would change, judged by what the CRM holds now. Sends nothing, in every mode. The run stays in the ledger, so exactly
/// what it showed can be let go by <c>crmsync approve --preview RUN</c>.
/// </summary>
internal static class PreviewCommand
{
    private const int Examples = 20;
    private const int ChangesShown = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var connection = ConnectionChoice.Required();
        var filter = FilterChoice.Option();
        var sample = new Option<long?>("--sample") { Description = "Look at so many only, the same number of each label", HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print counts and examples as JSON" };
        var command = new Command("preview", "Shows what waiting writes would change in the CRM; sends nothing") { connection, filter, sample, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection)!, parsed.GetValue(filter),
            FilterChoice.Sample(parsed.GetValue(sample)), parsed.GetValue(json), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        ServiceSettings settings, string key, string? query, long? sample, bool json, CancellationToken cancellationToken)
    {
        var filter = FilterChoice.ReadWaiting(query, key);
        ConnectionChoice.Choose(settings, key);
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var connection = await ConnectionChoice.FindAsync(host.Ledger, key, cancellationToken);
        var request = new ActRequest(RunKind.Preview, connection.Id, filter.ToQueryString(), Environment.UserName) { Sample = sample };
        var runId = await host.Ledger.StartActAsync(request, cancellationToken);
        if (!json)
            System.Console.WriteLine($"{key}: run {runId} looks at what waits to be written; nothing is sent. 'crmsync runs --cancel {runId}' ends it.");
        var line = new LineProgress("waiting writes looked at");
        var run = await host.WaitAsync(runId, state => line.Report(state.Seen), cancellationToken);

        var previews = new PreviewQueries(host.Ledger);
        var found = await previews.FindAsync(runId, cancellationToken) ?? throw new UsageException($"Run {runId} is not in the ledger any more.");
        var examples = await previews.ExamplesAsync(runId, Examples, cancellationToken);
        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(new { preview = found, examples, approve = ApproveCommandFor(found) }, Json));
        else
            Show(found, examples);
        if (run.Status == RunStatus.Completed)
            return CommandLine.Done;
        await System.Console.Error.WriteLineAsync(
            $"Run {runId} is {run.Status.ToString().ToLowerInvariant()}, so this is not all; the console's overview says why, 'crmsync runs' shows how it stands.");
        return CommandLine.Failed;
    }

    private static string ApproveCommandFor(PreviewView found) => $"crmsync approve --connection {found.ConnectionKey} --preview {found.RunId}";

    private static void Show(PreviewView found, IReadOnlyList<PreviewRowView> examples)
    {
        System.Console.WriteLine();
        if (found.Looked == 0)
        {
            System.Console.WriteLine(found.Filter.Length == 0
                ? $"Nothing waits to be written to {found.ConnectionKey}."
                : $"No write that waits for {found.ConnectionKey} matches '{found.Filter}'.");
            return;
        }

        System.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Looked:N0} waiting writes: {found.CountOf("write"):N0} would be written, {found.CountOf("kept"):N0} stay as somebody else set them, {found.CountOf("unchanged"):N0} are there already, {found.CountOf("gone"):N0} have no record any more."));
        AnsiConsole.Write(Labels(found));
        AnsiConsole.Write(Changes(found));
        AnsiConsole.Write(ExamplesOf(examples));
        System.Console.WriteLine(found.WriteMode == "on"
            ? $"Writing to {found.ConnectionKey} is on: these go out by themselves."
            : $"To let exactly these go: {ApproveCommandFor(found)}");
    }

    private static Table Labels(PreviewView found)
    {
        var table = new Table().AddColumns("Label", "Value", "Would be written", "Kept", "There already", "Record gone");
        foreach (var label in found.Labels.GroupBy(row => (row.Taxonomy, row.Value)))
        {
            string Count(string verdict) => label.Where(row => row.Verdict == verdict).Sum(row => row.Count).ToString("N0", CultureInfo.InvariantCulture);
            Add(table, label.Key.Taxonomy, Value(label.Key.Value), Count("write"), Count("kept"), Count("unchanged"), Count("gone"));
        }
        return table;
    }

    private static Table Changes(PreviewView found)
    {
        var table = new Table().AddColumns("Label", "Now", "Would be", "Records");
        foreach (var change in found.Changes.Take(ChangesShown))
            Add(table, change.Taxonomy, Value(change.ValueNow), Value(change.Value), change.Count.ToString("N0", CultureInfo.InvariantCulture));
        if (found.Changes.Count > ChangesShown)
            Add(table, "…", "", "", string.Create(CultureInfo.InvariantCulture, $"{found.Changes.Skip(ChangesShown).Sum(change => change.Count):N0}"));
        return table;
    }

    private static Table ExamplesOf(IReadOnlyList<PreviewRowView> examples)
    {
        var table = new Table().AddColumns("Record", "Subject", "Label", "Now", "Would be", "What happens");
        foreach (var row in examples)
            Add(table, $"{row.TargetType}/{row.TargetId}", OneLine.Of(row.Subject, 40), row.Taxonomy, Value(row.ValueNow), Value(row.Value), Sentence(row));
        return table;
    }

    private static string Sentence(PreviewRowView row) => row.Verdict switch
    {
        "write" => "written",
        "unchanged" => "there already",
        "gone" => "the record is gone",
        "kept" => $"kept: set by {row.Actor switch { "human" => "a person", "automation" => "another program", _ => "somebody else" }}"
            + (row.SetAt is { } at ? $" on {DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" : ""),
        _ => row.Verdict,
    };

    private static string Value(string? value) => string.IsNullOrEmpty(value) ? "(blank)" : OneLine.Of(value, 60);

    private static void Add(Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);
}
