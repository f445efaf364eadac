using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Discovery;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>Registers searches for segments and the assignment of accounts.</summary>
public static class SegmentRegistration
{
    /// <summary>Adds them. The ledger's stores, the names that never leave the process and the pipeline are registered by the host.</summary>
    public static IServiceCollection AddSegments(this IServiceCollection services) => services
        .AddSingleton(new DiscoveryOptions())
        .AddSingleton<SegmentSearch>()
        .AddSingleton<AccountAssigning>()
        .AddSingleton<IBatchHandler, SegmentHandler>();
}
