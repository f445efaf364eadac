using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace CrmSync.Engine;

/// <summary>
/// One Quartz scheduler in a container of its own, so that nothing of Quartz shows in the host's container and several engines live in one process.
/// </summary>
internal sealed class QuartzHost : IAsyncDisposable
{
    // Other nodes learn of a new job only by looking. Quartz allows no less than a second.
    private static readonly TimeSpan ClusterLookInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClusterCheckIn = TimeSpan.FromSeconds(5);
    private readonly ServiceProvider _services;

    private QuartzHost(ServiceProvider services, IScheduler scheduler) => (_services, Scheduler) = (services, scheduler);

    public IScheduler Scheduler { get; }

    /// <summary>Builds a scheduler that is not started yet.</summary>
    /// <param name="name">What it is for; the nodes of a cluster find each other by it.</param>
    /// <param name="concurrency">Most jobs at once.</param>
    /// <param name="store">Where it keeps its jobs.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="loggers">For Quartz's messages.</param>
    /// <param name="arm">Registers what its jobs ask for in their constructors.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<QuartzHost> BuildAsync(
        string name, int concurrency, QuartzStore store, TimeProvider time, ILoggerFactory loggers, Action<IServiceCollection> arm,
        CancellationToken cancellationToken)
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        arm(services);
        services.AddQuartz(builder => Configure(builder, name, concurrency, store, time));
        var provider = services.BuildServiceProvider();
        try
        {
            return new QuartzHost(provider, await provider.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken));
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static void Configure(IQuartzBuilder builder, string name, int concurrency, QuartzStore store, TimeProvider time)
    {
        builder.UseTimeProvider(time);
        builder.UseDefaultThreadPool(concurrency);
        builder.ConfigureScheduler(scheduler =>
        {
            // In memory the name only has to be nobody else's in this process.
            scheduler.InstanceName = $"{store.ClusterName ?? $"crmsync-{Guid.NewGuid():N}"}-{name}";
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
