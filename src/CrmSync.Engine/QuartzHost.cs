using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace CrmSync.Engine;

/// <summary>
/// One Quartz scheduler in a container of its own, so that nothing of Quartz shows in the host's container and several engines live in one process.
/// </summary>
internal sealed class QuartzHost : IAsyncDisposable
{
    // Schedules only create work, and promotions are one write each: a few at once suffice.
    private const int ScheduleLimit = 4;
    private const int PromoteLimit = 2;
    // Other nodes learn of a new job only by looking. Quartz allows no less than a second.
    private static readonly TimeSpan ClusterLookInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClusterCheckIn = TimeSpan.FromSeconds(5);
    private readonly ServiceProvider _services;

    private QuartzHost(ServiceProvider services, IScheduler scheduler) => (_services, Scheduler) = (services, scheduler);

    public IScheduler Scheduler { get; }

    public static async Task<QuartzHost> BuildAsync(
        EngineOptions options, QuartzStore store, RunningJobs running, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton(running);
        services.AddQuartz(builder => Configure(builder, options, store, time));
        var provider = services.BuildServiceProvider();
        try
        {
            var scheduler = await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken);
            return new QuartzHost(provider, scheduler);
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static void Configure(IQuartzBuilder builder, EngineOptions options, QuartzStore store, TimeProvider time)
    {
        var queues = Enum.GetValues<JobQueue>();
        builder.UseTimeProvider(time);
        builder.UseDefaultThreadPool(queues.Sum(options.LimitOf) + ScheduleLimit + PromoteLimit);
        builder.UseExecutionLimits(limits =>
        {
            foreach (var queue in queues)
                limits.ForGroup(QuartzTriggers.GroupOf(queue), options.LimitOf(queue));
            limits.ForGroup(QuartzTriggers.ScheduleGroup, ScheduleLimit);
            limits.ForGroup(QuartzTriggers.PromoteGroup, PromoteLimit);
        });
        builder.ConfigureScheduler(scheduler =>
        {
            // The nodes of a cluster find each other by the name; in memory it only has to be nobody else's.
            scheduler.InstanceName = store.ClusterName ?? $"crmsync-{Guid.NewGuid():N}";
            scheduler.GenerateInstanceId = true;
            if (store.ConnectionString is not null)
                scheduler.IdleWaitTime = ClusterLookInterval;
        });

        if (store.ConnectionString is null)
        {
            builder.UseInMemoryStore();
            return;
        }

        builder.UsePersistentStore(persistent =>
        {
            persistent.UsePostgres(store.ConnectionString);
            persistent.ConfigureStore(ado => ado.StoreJobDataAsStrings = true);
            persistent.UseClustering(cluster => cluster.CheckinInterval = ClusterCheckIn);
            persistent.ProvisionSchema();
        });
    }
}
