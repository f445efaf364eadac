using System.CommandLine;
using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Service.Settings;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync undo</c>, <c>retry</c>, <c>discard</c> and <c>force</c>: acts over all that matches a filter. Each says how many rows it would look at, then starts a run,
/// follows it, and lists what was left out by reason. Nothing is asked, so that a script can use them; <c>--dry-run</c> only counts.
/// </summary>
internal static class ActCommands
{
    public static Command CreateUndo()
    {
        var run = new Argument<long?>("RUN") { Description = "The run whose writes are taken back", Arity = ArgumentArity.ZeroOrOne };
        var parts = new Parts("undo", "Takes writes back where ours is still the last one: the record holds again what it held before");
        parts.Command.Arguments.Add(run);
        parts.Command.Options.Add(parts.Record);
        return parts.With(RunKind.Undo, run);
    }

    public static Command CreateRetry()
    {
        var parts = new Parts("retry", "Lets rejected writes be tried again, or with --activities what could not be decided about");
        parts.Command.Options.Add(parts.Activities);
        return parts.With(RunKind.Retry);
    }

    public static Command CreateDiscard()
    {
        var parts = new Parts("discard", "Puts waiting and rejected writes away for good, or with --activities what could not be decided about");
        parts.Command.Options.Add(parts.Activities);
        return parts.With(RunKind.Discard);
    }

    public static Command CreateForce() =>
        new Parts("force", "Overwrites what others set, where our write was kept back; needs --reason, and undo gives their values back").With(RunKind.Force);

    private sealed record Wish(RunKind Kind, long? Run, string? Connection, string? Filter, bool All, string? Record, bool Activities, string? Reason, bool DryRun);

    private static async Task<int> RunAsync(ServiceSettings settings, Wish wish, CancellationToken cancellationToken)
    {
        if (wish is { Run: null, Filter: null, Record: null, All: false })
            throw new UsageException(wish.Kind is RunKind.Undo
                ? "Say what: a run ('crmsync undo 12'), or --connection with --filter, --record or --all."
                : "Say which rows with --filter (such as \"outcome=rejected&code=…\"), or --all.");
        await using var host = await RunHost.StartAsync(settings, cancellationToken);
        var connection = await FindConnectionAsync(host, wish, cancellationToken);
        var request = new ActRequest(wish.Kind, connection.Id, FilterOf(wish), Environment.UserName)
        {
            Target = wish.Activities ? ActTarget.Activity : ActTarget.Intent, Reason = wish.Reason,
        };
        if (ActRules.Refusal(request, connection.WriteMode) is { } refusal)
            throw new UsageException($"{connection.Key}: {refusal.Message} {refusal.Fix}");
        var count = await host.Ledger.CountActAsync(request, cancellationToken);
        System.Console.WriteLine(Announce(connection, request, count));
        if (wish.DryRun)
            return CommandLine.Done;
        var run = await host.Ledger.StartActAsync(request, cancellationToken);
        System.Console.WriteLine($"Run {run}. 'crmsync runs --pause {run}' holds it, '--resume {run}' lets it go on, '--cancel {run}' ends it.");
        return await FollowAsync(host, connection, run, cancellationToken) ? CommandLine.Done : CommandLine.Failed;
    }

    private static async Task<Connection> FindConnectionAsync(RunHost host, Wish wish, CancellationToken cancellationToken)
    {
        var connections = await host.Ledger.ListConnectionsAsync(cancellationToken);
        if (wish.Run is { } run)
        {
            var found = await host.Ledger.FindAsync(run, cancellationToken)
                ?? throw new UsageException($"The ledger has no run {run}; 'crmsync runs' lists the latest.");
            var connection = connections.First(candidate => candidate.Id == found.ConnectionId);
            return wish.Connection is null || wish.Connection == connection.Key ? connection
                : throw new UsageException($"Run {run} belongs to '{connection.Key}', not to '{wish.Connection}'.");
        }
        if (wish.Connection is null)
            throw new UsageException($"Name the connection with --connection; there is {string.Join(", ", connections.Select(known => known.Key))}.");
        return ConnectionChoice.Find(connections, wish.Connection);
    }

    private static string FilterOf(Wish wish) => string.Join('&', new[]
    {
        wish.Filter?.TrimStart('?'),
        wish.Run is { } run ? string.Create(CultureInfo.InvariantCulture, $"run={run}") : null,
        wish.Record is { } record ? $"record={Uri.EscapeDataString(record)}" : null,
    }.Where(part => !string.IsNullOrEmpty(part)));

    private static string Announce(Connection connection, ActRequest request, long count)
    {
        var rows = request.Target is ActTarget.Activity ? "activities" : "writes";
        var what = request.Kind switch
        {
            RunKind.Undo => "are looked at: where ours is still the last write, the record gets back what it held before; the rest is left out with a reason",
            RunKind.Retry when request.Target is ActTarget.Activity => "that could not be decided about are queued again",
            RunKind.Retry => "that were rejected are looked at: the newest of each label, where the decision still stands, is sent again",
            RunKind.Discard when request.Target is ActTarget.Activity => "that could not be decided about are put away",
            RunKind.Discard => "that wait or were rejected are put away for good",
            _ => "that were kept back are sent now: whatever stands in those records, set by people or programs, is OVERWRITTEN with our labels",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{connection.Key}: {count:N0} {rows} {what}.")
            + (connection.WriteMode is WriteMode.Preview or WriteMode.Paused && request.Kind is RunKind.Retry && request.Target is ActTarget.Intent
                ? $" The connection is {(connection.WriteMode is WriteMode.Paused ? "paused" : "in preview")}: they wait until writing is turned on." : "");
    }

    /// <summary>Shows how an act gets on until its run ends, then what it did and what it left out.</summary>
    /// <returns>Whether it completed.</returns>
    public static async Task<bool> FollowAsync(RunHost host, Connection connection, long runId, CancellationToken cancellationToken)
    {
        var line = new LineProgress("rows dealt with");
        var run = await host.WaitAsync(
            runId, state => line.Report(state.Seen, string.Create(CultureInfo.InvariantCulture, $", {state.Applied:N0} written")), cancellationToken);
        var act = (await host.Ledger.FindActAsync(runId, cancellationToken))!;
        System.Console.WriteLine(act is { Done: 0, LeftOut: 0 }
            ? $"\nRun {runId} {run.Status.ToString().ToLowerInvariant()}: nothing on {connection.Key} matched, so nothing was changed."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"\nRun {runId} {run.Status.ToString().ToLowerInvariant()}: {act.Done:N0} done, {act.LeftOut:N0} left out; {run.Applied:N0} written, {run.Unchanged:N0} unchanged, {run.Kept:N0} kept, {run.Rejected:N0} rejected."));
        foreach (var group in await new ActQueries(host.Ledger).LeftOutAsync(runId, cancellationToken))
            System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {group.Count,9:N0}  {group.Code}  {group.Message} (first: {group.FirstId})"));
        return run.Status == RunStatus.Completed;
    }

    // The options that the four commands share.
    private sealed class Parts(string name, string description)
    {
        private readonly Option<string?> _connection = new("--connection") { Description = "Key of the connection", HelpName = "KEY" };
        private readonly Option<string?> _filter = new("--filter") { Description = "Which rows, as in the log's address: \"run=12&label=stage:demo\"", HelpName = "QUERY" };
        private readonly Option<bool> _all = new("--all") { Description = "Every row that can be meant" };
        private readonly Option<string?> _reason = new("--reason") { Description = "Why; kept in the audit", HelpName = "TEXT" };
        private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say how many rows it would look at, and stop" };
        private readonly Option<bool> _yes = new("--yes") { Description = "For scripts; nothing is asked anyhow" };

        public Command Command { get; } = new(name, description);

        public Option<string?> Record { get; } = new("--record") { Description = "One record", HelpName = "TYPE/ID" };

        public Option<bool> Activities { get; } = new("--activities") { Description = "Activities instead of writes; the filter is that of the activities' page" };

        public Command With(RunKind kind, Argument<long?>? run = null)
        {
            foreach (var option in new Option[] { _connection, _filter, _all, _reason, _dryRun, _yes })
                Command.Options.Add(option);
            Command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
                SettingsReader.Read(parsed.GetValue(CommandLine.Config)),
                new Wish(
                    kind, run is null ? null : parsed.GetValue(run), parsed.GetValue(_connection), parsed.GetValue(_filter), parsed.GetValue(_all),
                    Command.Options.Contains(Record) ? parsed.GetValue(Record) : null, Command.Options.Contains(Activities) && parsed.GetValue(Activities),
                    parsed.GetValue(_reason), parsed.GetValue(_dryRun)),
                token)));
            return Command;
        }
    }
}
