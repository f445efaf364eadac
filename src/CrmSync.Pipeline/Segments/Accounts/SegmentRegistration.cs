using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Vectors;
using Microsoft.Extensions.DependencyInjection;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>Registers searches for segments, the assignment of accounts, what is known of them, their packs, and learning.</summary>
public static class SegmentRegistration
{
    /// <summary>Adds them. The ledger's stores, the names that never leave the process, the desk of the embeddings endpoint and the pipeline are registered by the host.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="numbers">From how many accounts on something may be shown; proposals keep to the same.</param>
    public static IServiceCollection AddSegments(this IServiceCollection services, NumberOptions numbers) => services
        .AddSingleton(numbers)
        .AddSingleton(new DiscoveryOptions { PromotedSize = numbers.FewestAccounts, FewestAccountsShown = numbers.FewestForQuote })
        .AddSingleton(new LearningOptions())
        .AddSingleton<TopicSearch>()
        .AddSingleton<TopicDiscovery>()
        .AddSingleton<LedgerDiscovery>()
        .AddSingleton<SegmentSearch>()
        .AddSingleton<AccountAssigning>()
        .AddSingleton<SegmentLearner>()
        .AddSingleton<SegmentLearning>()
        .AddSingleton<ISegmentFactsReader, LedgerFacts>()
        .AddSingleton<DealFigures>()
        .AddSingleton<PackDesk>()
        .AddSingleton<IBatchHandler, SegmentHandler>();
}
