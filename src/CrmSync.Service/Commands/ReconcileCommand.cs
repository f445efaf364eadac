using System.CommandLine;
using System.Text.Json;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;
using Spectre.Console;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync reconcile</c>: proves that the ledger holds what the CRMs hold, fetches what is missing, reads labels back, and says so type by type. Exit code 1 where
/// something is missing still, or could not be compared.
/// </summary>
internal static class ReconcileCommand
{
    private const string All = "all";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var from = new Option<DateTimeOffset?>("--from") { Description = "Activities that the CRM modified from here on (RFC 3339); the begin of the history when left out", HelpName = "TIME" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "And before this instant; as late as the CRM's index is sure to show everything when left out", HelpName = "TIME" };
        var ids = new Option<bool>("--ids") { Description = "Compare ids even where counts agree" };
        var labels = new Option<string?>("--labels") { Description = "Labels to read back per type: a number, or all", HelpName = "COUNT" };
        var json = new Option<bool>("--json") { Description = "Print the results as JSON" };
        var command = new Command("reconcile", "Compares the CRMs with the ledger, repairs gaps, and finds labels that others changed") { connection, from, to, ids, labels, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection),
            new ReconcileAsk
            {
                From = parsed.GetValue(from), To = parsed.GetValue(to), ByIds = parsed.GetValue(ids) ? true : null, Labels = LabelsOf(parsed.GetValue(labels)),
            },
            parsed.GetValue(json), token)));
        return command;
    }

    private static long? LabelsOf(string? text) => text switch
    {
        null => null,
        All => ReconcileAsk.AllLabels,
        _ when long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var count) && count >= 0 => count,
        _ => throw new UsageException($"--labels is \"{text}\"; give a number of labels per type, or {All}."),
    };

    private static async Task<int> RunAsync(ServiceSettings settings, string? key, ReconcileAsk ask, bool json, CancellationToken cancellationToken)
    {
        if (ask.From >= ask.To)
            throw new UsageException("--from must lie before --to; give RFC 3339 instants such as 2026-01-31T00:00:00Z.");
        ConnectionChoice.Choose(settings, key);
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var starter = new ReconcileStarter(host.Ledger, host.Ledger, settings.Reconcile.ToOptions(), TimeProvider.System);
        var queries = new CompletenessQueries(host.Ledger);
        var rows = new List<CompletenessRow>();
        var failed = false;
        foreach (var (connection, connector) in await host.ChooseAsync(settings, key, cancellationToken))
        {
            var started = await starter.StartAsync(connection, connector, ask, Environment.UserName, null, cancellationToken);
            // What is under way already, another command's or one that was killed, is waited for as well: it answers the same question.
            var runs = (await queries.ReadOpenRunsAsync(connection.Id, cancellationToken)).Order().ToList();
            if (!json)
                Announce(connection, started, runs);
            foreach (var run in runs)
            {
                failed |= !await host.FollowAsync(run, cancellationToken, quiet: json);
                rows.AddRange(await queries.ReadRunAsync(run, cancellationToken));
            }
        }

        if (json)
            System.Console.WriteLine(JsonSerializer.Serialize(rows.Select(ToJson), Json));
        else if (rows.Count > 0)
            Show(rows);
        return failed || rows.Any(row => row.State is CompletenessState.Incomplete or CompletenessState.Failed) ? CommandLine.Failed : CommandLine.Done;
    }

    private static void Announce(Connection connection, ReconcileStarted started, IReadOnlyList<long> runs)
    {
        if (started.LeftOut.Count > 0)
            System.Console.WriteLine($"{connection.Key}: nothing to compare yet for {string.Join(", ", started.LeftOut)}: the polls have not come past the range.");
        foreach (var id in runs)
            System.Console.WriteLine(
                $"{connection.Key}: run {id}{(id == started.RunId ? "" : ", which was under way already")}. 'crmsync runs --pause {id}' holds it, '--resume {id}' lets it go on, '--cancel {id}' ends it.");
    }

    private static void Show(IReadOnlyList<CompletenessRow> rows)
    {
        var table = new Table().AddColumns("Connection", "Result", "In the CRM", "Missing", "Gone", "Put right", "Labels", "Changed by others");
        foreach (var row in rows)
            table.AddRow(new[]
            {
                row.ConnectionKey, row.Sentence, $"{row.CrmCount:N0}", $"{row.Missing:N0}", $"{row.Extra:N0}", $"{row.Repaired:N0}", $"{row.CheckedLabels:N0}", $"{row.Drifted:N0}",
            }.Select(Markup.Escape).ToArray());
        AnsiConsole.Write(table);
    }

    private static object ToJson(CompletenessRow row) => new
    {
        id = $"{row.Id}", run = $"{row.RunId}", connection = row.ConnectionKey, type = row.ObjectType, from = row.From, asOf = row.Until,
        state = row.State.ToString().ToLowerInvariant(), crm = row.CrmCount, ledger = row.LedgerCount, missing = row.Missing, gone = row.Extra, repaired = row.Repaired,
        labels = row.CheckedLabels, drifted = row.Drifted, sentence = row.Sentence,
    };
}
