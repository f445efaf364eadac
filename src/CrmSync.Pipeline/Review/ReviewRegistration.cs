using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Search;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Review;

/// <summary>Registers review and learning.</summary>
public static class ReviewRegistration
{
    /// <summary>
    /// Adds the desk where answers are taken, and what a host does for review. The ledger's stores, the taxonomies, an <see cref="ICascadeFactory"/> and a
    /// <see cref="TimeProvider"/> are registered by the host.
    /// </summary>
    public static IServiceCollection AddReview(this IServiceCollection services, AuditOptions audit) => services
        .AddSingleton(audit)
        .AddSingleton<CorrectionDesk>()
        .AddSingleton<CrmEditCollector>()
        .AddSingleton<AuditDrawer>()
        .AddSingleton(provider => new CascadeHolder(provider.GetRequiredService<ICascadeFactory>().CreateShipped()))
        .AddSingleton<ICascadeSource>(provider => provider.GetRequiredService<CascadeHolder>())
        .AddSingleton<ActiveModel>()
        .AddSingleton<IKeeper, SearchKeeper>()
        .AddSingleton<ReviewKeeper>();
}
