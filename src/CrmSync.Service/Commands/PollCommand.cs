using System.CommandLine;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;

namespace CrmSync.Service.Commands;

/// <summary>
/// <c>crmsync poll</c>: one settled poll now, or a range with <c>--from</c> and <c>--to</c>. Only a host calls CRMs: where one is alive the command makes a
/// run and follows it; where none is, it becomes the host until the run is done.
/// </summary>
internal static class PollCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        var connection = ConnectionChoice.Option();
        var from = new Option<DateTimeOffset?>("--from") { Description = "Begin of a range of modified times (RFC 3339); asks for a range instead of what is new" };
        var to = new Option<DateTimeOffset?>("--to") { Description = "End of the range; now when left out" };
        var command = new Command("poll", "Polls now and follows the run until its labels are written") { connection, from, to };
        command.SetAction((parsed, token) => CommandLine.Guarded(() => RunAsync(
            SettingsReader.Read(parsed.GetValue(CommandLine.Config)), parsed.GetValue(connection), parsed.GetValue(from), parsed.GetValue(to), token)));
        return command;
    }

    private static async Task<int> RunAsync(
        ServiceSettings settings, string? key, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        var chosen = ConnectionChoice.Choose(settings, key).Select(connection => connection.Key).ToHashSet();
        var end = to ?? TimeProvider.System.GetUtcNow();
        if (from >= end || (to is not null && from is null))
            throw new UsageException("--from must lie before --to, and --to needs --from; give RFC 3339 instants such as 2026-01-31T00:00:00Z.");

        await using var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        var alone = await IsAloneAsync(settings, ledger, cancellationToken);
        await using var app = alone ? HostFactory.Create(settings, ledger, new HostShape { WithConsole = false, WithSchedules = false, LogLevel = LogLevel.Error }) : null;
        if (app is not null)
        {
            await app.StartAsync(cancellationToken);
            await app.Services.GetRequiredService<WorkerState>().Started.WaitAsync(cancellationToken);
        }
        var runs = await StartAsync(settings, ledger, chosen, from, end, cancellationToken);
        var failed = false;
        foreach (var run in runs)
            failed |= !await FollowAsync(ledger, run, cancellationToken);
        if (app is not null)
            await app.StopAsync(CancellationToken.None);
        return failed ? CommandLine.Failed : CommandLine.Done;
    }

    private static async Task<List<long>> StartAsync(
        ServiceSettings settings, Ledger ledger, HashSet<string> chosen, DateTimeOffset? from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var (owner, connectors) = ConnectionChoice.Open(settings, null);
        await using var ownership = owner;
        var starter = new PollStarter(ledger, settings.Polling.ToOptions(), TimeProvider.System);
        var started = new List<long>();
        foreach (var connection in await ledger.ListConnectionsAsync(cancellationToken))
        {
            if (!chosen.Contains(connection.Key) || connectors.FirstOrDefault(candidate => candidate.Key == connection.Key) is not { } connector)
                continue;
            var run = from is { } begin
                ? (await ledger.StartAsync(new RunRequest(RunKind.Backfill, connection.Id, "command line", Range(connector, begin, to)), cancellationToken)).RunId
                : (await starter.StartAsync(RunKind.PollSettled, connection, connector, "command line", null, cancellationToken)).RunId;
            if (run is { } id)
                started.Add(id);
            else
                System.Console.WriteLine($"{connection.Key}: nothing new to scan, or a scan of this kind is still under way.");
        }
        return started;
    }

    // An embedded ledger knows its host by a lock that the system drops with the process; a shared one by the hosts' signs of life.
    private static async Task<bool> IsAloneAsync(ServiceSettings settings, Ledger ledger, CancellationToken cancellationToken)
    {
        if (settings.Ledger.ConnectionString.Length > 0)
            return !await ledger.IsAnyNodeAliveAsync("", SignOfLife, cancellationToken);
        try
        {
            ledger.BecomeHost();
            return true;
        }
        catch (LedgerException)
        {
            return false;
        }
    }

    private static List<ScanPlan> Range(ICrmConnector connector, DateTimeOffset from, DateTimeOffset to) =>
        [.. connector.Reader.ObjectTypes.Select(type => new ScanPlan(type, from, to))];

    private static async Task<bool> FollowAsync(Ledger ledger, long runId, CancellationToken cancellationToken)
    {
        var progress = new LineProgress("activities read");
        using var timer = new PeriodicTimer(Look);
        RunSummary run;
        do
        {
            run = await ledger.FindAsync(runId, cancellationToken) ?? throw new UsageException($"Run {runId} is not in the ledger any more.");
            progress.Report(run.Seen);
        }
        while (run.Status == RunStatus.Running && await timer.WaitForNextTickAsync(cancellationToken));

        System.Console.WriteLine(
            $"\nRun {run.Id} {run.Status.ToString().ToLowerInvariant()}: {run.Seen:N0} read, {run.Stored:N0} new or changed; " +
            $"{run.Labelled:N0} labelled, {run.Abstained:N0} abstained, {run.Unsure:N0} unsure; " +
            $"{run.Applied:N0} written, {run.Unchanged:N0} unchanged, {run.Kept:N0} kept, {run.Rejected:N0} rejected; {run.Requests:N0} requests.");
        return run.Status == RunStatus.Completed;
    }
}
