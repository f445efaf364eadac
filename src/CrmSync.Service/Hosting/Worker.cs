using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Hosting;

/// <summary>
/// The working part of a host: registers connections and schedules in the ledger, starts the engine, sweeps, gives signs of life; at a stop lets the
/// steps under way finish and gives back the rest.
/// </summary>
internal sealed class Worker(
    TaxonomyBook taxonomies, ConnectionBook connections, IScheduleStore schedules, IBatchStore batches, IJobEngine engine, JobHost jobs, Sweeper sweeper, Keepers keepers, ScheduleBook book, FirstLook firstLook,
    ServiceSettings settings, HostShape shape, RunnerOptions runner, WorkerState state, TimeProvider clock, ILogger<Worker> logger) : BackgroundService
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The console is reachable while the worker starts; nothing here may hold up the first page.
        await Task.Yield();
        try
        {
            await StartWorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault)
        {
            logger.WorkerFailed(fault, fault.Message);
            state.MarkFailed(fault);
            throw;
        }
        state.MarkStarted();
        await Task.WhenAll(sweeper.RunAsync(stoppingToken), keepers.RunAsync(stoppingToken), BeatAsync(stoppingToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        state.MarkStopping();
        jobs.BeginStop();
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        await engine.StopAsync(patience.Token);
        await batches.ReleaseAsync(runner.Node, CancellationToken.None);
        await schedules.StopNodeAsync(runner.Node, CancellationToken.None);
        logger.WorkerStopped(runner.Node);
    }

    private async Task StartWorkAsync(CancellationToken cancellationToken)
    {
        await schedules.BeatAsync(runner.Node, cancellationToken);
        await schedules.DescribeNodeAsync(runner.Node, ProgramVersion.Text, settings.Queues.ToOptions().ToWords(), cancellationToken);
        // An earlier life of this node may have been killed; nobody else has its name, so what it held is free.
        await batches.ReleaseAsync(runner.Node, cancellationToken);
        await taxonomies.EnterAsync(cancellationToken);
        var entered = await connections.EnterAsync(cancellationToken);
        await keepers.PrepareAsync(cancellationToken);
        await engine.StartAsync(jobs, cancellationToken);
        if (shape.WithSchedules)
        {
            await book.FollowAsync(cancellationToken);
            await firstLook.StartAsync(cancellationToken);
        }
        logger.WorkerStarted(runner.Node, settings.Ledger.ConnectionString.Length > 0 ? "PostgreSQL" : "SQLite", engine.Name, entered.Count);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Heartbeat, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await schedules.BeatAsync(runner.Node, cancellationToken);
                    if (shape.WithSchedules)
                        await book.FollowAsync(cancellationToken);
                    state.MarkAlive(clock.GetUtcNow());
                }
#pragma warning disable CA1031 // a missed sign of life is repeated in five seconds; it must not end the host
                catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    logger.HeartbeatFailed(fault, runner.Node);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }
}

/// <summary>How the worker is, for the health endpoints. Thread-safe.</summary>
internal sealed class WorkerState
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _aliveAt;
    private volatile bool _stopping;

    /// <summary>Completes when the engine runs and the schedules are set; fails with what kept the worker from starting.</summary>
    public Task Started => _started.Task;

    public bool Stopping => _stopping;

    /// <summary>Last successful sign of life; null before the first.</summary>
    public DateTimeOffset? AliveAt => Interlocked.Read(ref _aliveAt) is var at and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    public void MarkStarted() => _started.TrySetResult();

    public void MarkFailed(Exception fault) => _started.TrySetException(fault);

    public void MarkAlive(DateTimeOffset at) => Interlocked.Exchange(ref _aliveAt, at.ToUnixTimeMilliseconds());

    public void MarkStopping() => _stopping = true;
}
