using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Retention;

/// <summary>Registers the daily purge.</summary>
public static class RetentionRegistration
{
    /// <summary>Adds the purge. The ledger's stores, the runner's options and a <see cref="TimeProvider"/> are registered by the host.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services, RetentionOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Purger>()
        .AddSingleton<IKeeper, RetentionKeeper>();
}
