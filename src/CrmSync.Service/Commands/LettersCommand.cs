using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Commands;

/// <summary><c>crmsync letters</c>: what was given up, grouped by reason, with the way out.</summary>
internal static class LettersCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var json = new Option<bool>("--json") { Description = "Print JSON for a script" };
        var command = new Command("letters", "Lists dead letters by reason: rejected writes, undecided activities, abandoned batches") { connection, json };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection), parsed.GetValue(json), token)));
        return command;
    }

    private static async Task<int> RunAsync(ServiceSettings settings, string? key, bool json, CancellationToken cancellationToken)
    {
        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var connections = await ledger.ListConnectionsAsync(cancellationToken);
        var chosen = key is null ? null : ConnectionChoice.Find(connections, key);
        var keys = connections.ToDictionary(connection => connection.Id, connection => connection.Key);
        var groups = await new DeadLetterQueries(ledger).ListAsync(chosen?.Id, cancellationToken);
        var fixes = FailureCatalog.All.Concat(PipelineCodes.All).ToDictionary(code => code.Code, code => code.Fix);
        if (json)
        {
            System.Console.WriteLine(JsonSerializer.Serialize(groups.Select(group => new
            {
                kind = group.Kind.ToString().ToLowerInvariant(), connection = keys[group.ConnectionId], code = group.Code, count = group.Count, message = group.Message,
                fix = fixes.GetValueOrDefault(group.Code), firstAt = group.FirstAt, lastAt = group.LastAt, examples = group.ExampleIds,
            }), Json));
            return CommandLine.Done;
        }
        if (groups.Count == 0)
            System.Console.WriteLine("There are no dead letters.");
        foreach (var group in groups)
        {
            System.Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{group.Count,9:N0} {Word(group)} on {keys[group.ConnectionId]}  {group.Code}  {group.FirstAt:u} to {group.LastAt:u}, such as {string.Join(", ", group.ExampleIds)}"));
            System.Console.WriteLine($"          {group.Message}");
            if (fixes.TryGetValue(group.Code, out var fix) && !group.Message.Contains(fix, StringComparison.Ordinal))
                System.Console.WriteLine($"          {fix}");
        }
        return CommandLine.Done;
    }

    private static string Word(DeadLetterGroup group) => group.Kind switch
    {
        DeadLetterKind.Write => "rejected writes",
        DeadLetterKind.Activity => "undecided activities",
        DeadLetterKind.Batch => "abandoned batches",
    };
}
