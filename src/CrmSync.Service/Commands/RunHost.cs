using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Storage;

namespace CrmSync.Service.Commands;

/// <summary>
/// The ledger for a command that starts a run and follows it. Only a host calls CRMs: where one is alive it does the work; where none is, this process becomes the
/// host until the run is done.
/// </summary>
internal sealed class RunHost : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);
    private readonly WebApplication? _app;
    private readonly ServiceProvider? _owner;

    private RunHost(Ledger ledger, WebApplication? app, ServiceProvider? owner, IReadOnlyList<ICrmConnector> connectors)
    {
        Ledger = ledger;
        _app = app;
        _owner = owner;
        Connectors = connectors;
    }

    public Ledger Ledger { get; }

    /// <summary>The configured connectors, for questions that change nothing.</summary>
    public IReadOnlyList<ICrmConnector> Connectors { get; }

    public static async Task<RunHost> StartAsync(ServiceSettings settings, CancellationToken cancellationToken)
    {
        var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: false, cancellationToken);
        try
        {
            if (!await IsAloneAsync(settings, ledger, cancellationToken))
            {
                var (owner, connectors) = ConnectionChoice.Open(settings, null, ledger);
                return new RunHost(ledger, null, owner, connectors);
            }

            var app = HostFactory.Create(settings, ledger, new HostShape { WithConsole = false, WithSchedules = false, LogLevel = LogLevel.Error });
            await app.StartAsync(cancellationToken);
            await app.Services.GetRequiredService<WorkerState>().Started.WaitAsync(cancellationToken);
            return new RunHost(ledger, app, null, app.Services.GetRequiredService<IConnectorCatalog>().All);
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    /// <summary>The chosen connections that the ledger and the configuration both know.</summary>
    public async Task<IReadOnlyList<(Connection Connection, ICrmConnector Connector)>> ChooseAsync(
        ServiceSettings settings, string? key, CancellationToken cancellationToken)
    {
        var chosen = ConnectionChoice.Choose(settings, key).Select(connection => connection.Key).ToHashSet();
        return
        [
            .. from connection in await Ledger.ListConnectionsAsync(cancellationToken)
               where chosen.Contains(connection.Key)
               let connector = Connectors.FirstOrDefault(candidate => candidate.Key == connection.Key)
               where connector is not null
               select (connection, connector),
        ];
    }

    /// <summary>Shows how a run gets on until it ends or somebody holds it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops following; the run goes on where a host lives.</param>
    /// <param name="quiet">Says nothing, because the command prints something a script reads.</param>
    /// <returns>Whether it completed.</returns>
    public async Task<bool> FollowAsync(long runId, CancellationToken cancellationToken, bool quiet = false)
    {
        var progress = new RunProgress(TimeProvider.System);
        var run = await WaitAsync(runId, state => { if (!quiet) progress.Report(state); }, cancellationToken);
        if (quiet)
            return run.Status == RunStatus.Completed;
        System.Console.WriteLine(
            $"\nRun {run.Id} {run.Status.ToString().ToLowerInvariant()}: {run.Seen:N0} read, {run.Stored:N0} new or changed; " +
            $"{run.Labelled:N0} labelled, {run.Abstained:N0} abstained, {run.Unsure:N0} unsure; " +
            $"{run.Applied:N0} written, {run.Unchanged:N0} unchanged, {run.Kept:N0} kept, {run.Rejected:N0} rejected; {run.Requests:N0} requests.");
        return run.Status == RunStatus.Completed;
    }

    /// <summary>Waits until a run ends or somebody holds it.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="report">Is told several times a second how it stands.</param>
    /// <param name="cancellationToken">Stops waiting; the run goes on.</param>
    public async Task<RunSummary> WaitAsync(long runId, Action<RunSummary> report, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look);
        RunSummary run;
        do
        {
            run = await Ledger.FindAsync(runId, cancellationToken) ?? throw new UsageException($"Run {runId} is not in the ledger any more.");
            report(run);
        }
        while (run.Status == RunStatus.Running && await timer.WaitForNextTickAsync(cancellationToken));
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
        }
        if (_owner is not null)
            await _owner.DisposeAsync();
        await Ledger.DisposeAsync();
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
}
