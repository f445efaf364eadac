using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace CrmSync.Engine;

/// <summary>
/// The schedulers of one engine: one per queue, whose thread pool is the queue's limit, one for batches that wait for their time, one for schedules.
/// A scheduler per queue rather than Quartz's execution limits on a single one: those miss the wake-up when a place falls free, so a full queue stands
/// still until the next idle look, up to half a minute (measured with 4.7.3: 2,000 jobs in 28 s to more than 100 s, against well under a second).
/// </summary>
internal sealed class QuartzLanes : IAsyncDisposable
{
    // Schedules only create work, and moving a late batch to its queue is one write: a few at once suffice.
    private const int SchedulesAtOnce = 4;
    private const int MovesAtOnce = 2;
    private static readonly JobQueue[] Queues = Enum.GetValues<JobQueue>();
    private readonly List<QuartzHost> _hosts = [];
    private readonly Dictionary<JobQueue, IScheduler> _queues = [];

    private QuartzLanes()
    {
    }

    /// <summary>Holds the batches that wait for their time.</summary>
    public IScheduler Waiting { get; private set; } = null!;

    /// <summary>Holds the schedules.</summary>
    public IScheduler Schedules { get; private set; } = null!;

    /// <summary>The scheduler that runs a queue's batches.</summary>
    public IScheduler this[JobQueue queue] => _queues[queue];

    /// <summary>Every scheduler in which a batch may stand.</summary>
    public IEnumerable<IScheduler> WithBatches => [Waiting, .. _queues.Values];

    public static async Task<QuartzLanes> StartAsync(
        EngineOptions options, QuartzStore store, RunningJobs running, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var lanes = new QuartzLanes();
        try
        {
            foreach (var queue in Queues)
            {
                lanes._queues[queue] = await AddAsync(QuartzTriggers.NameOf(queue), options.LimitOf(queue));
                await lanes._queues[queue].AddJob(QuartzTriggers.RunJob(), AddJobOptions.Replacing, cancellationToken);
            }

            lanes.Waiting = await AddAsync("waiting", MovesAtOnce);
            await lanes.Waiting.AddJob(QuartzTriggers.MoveJob(), AddJobOptions.Replacing, cancellationToken);
            lanes.Schedules = await AddAsync("schedules", SchedulesAtOnce);
            foreach (var host in lanes._hosts)
                await host.Scheduler.Start(cancellationToken);
            return lanes;
        }
        catch
        {
            await lanes.DisposeAsync();
            throw;
        }

        async Task<IScheduler> AddAsync(string name, int concurrency)
        {
            var host = await QuartzHost.BuildAsync(
                name, concurrency, store, time, loggers, services => services.AddSingleton(running).AddSingleton(lanes), cancellationToken);
            lanes._hosts.Add(host);
            return host.Scheduler;
        }
    }

    /// <summary>Starts nothing more; what runs goes on.</summary>
    public Task PauseAsync() => Task.WhenAll(_hosts.Select(host => host.Scheduler.Standby(CancellationToken.None).AsTask()));

    /// <summary>Ends the schedulers.</summary>
    /// <param name="waitForJobs">All jobs have ended; this waits until Quartz has noted so in its store.</param>
    public Task ShutdownAsync(bool waitForJobs) =>
        Task.WhenAll(_hosts.Select(host => host.Scheduler.Shutdown(waitForJobs, CancellationToken.None).AsTask()));

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }
}
