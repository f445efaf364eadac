using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>One rate before and after a pack came into use.</summary>
/// <param name="Before">Before.</param>
/// <param name="After">From then on.</param>
public readonly record struct RateChange(Share Before, Share After)
{
    /// <summary>The difference with Newcombe's interval; null where either side is below the fewest cases.</summary>
    public Difference? Difference(NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Before.Of < options.FewestForStatistic || After.Of < options.FewestForStatistic ? null : Newcombe.Between(Before, After);
    }

    /// <summary>In words, with "inconclusive" or "too few" where that is so.</summary>
    public string InWords(NumberOptions options) => NumberWords.Change(Before, After, options);
}

/// <summary>
/// A segment before and after its pack came into use. No trial: whatever else changed at that time is in it as well, and who reads the figures has to be told.
/// </summary>
/// <param name="Since">When the pack came into use.</param>
/// <param name="Wins">Deals won out of deals closed.</param>
/// <param name="Answered">Approaches answered.</param>
/// <param name="Met">Approaches that led to a meeting.</param>
public sealed record PackEffect(DateTimeOffset Since, RateChange Wins, RateChange Answered, RateChange Met)
{
    /// <summary>What has to stand beside the figures.</summary>
    public const string Caution = "This compares times, not like with like: other things changed as well.";
}

/// <summary>Compares a segment before and after. Pure.</summary>
public static class BeforeAfter
{
    /// <summary>The comparison.</summary>
    /// <param name="facts">The segment.</param>
    /// <param name="since">When the pack came into use, such as the first brief.</param>
    /// <param name="now">Until when records are known.</param>
    /// <param name="options">How long an answer may take.</param>
    public static PackEffect Of(SegmentFacts facts, DateTimeOffset since, DateTimeOffset now, NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(options);
        var closed = facts.Deals.Where(deal => deal is { Outcome: not DealOutcome.Open, ClosedAt: not null } && deal.ClosedAt <= now).ToList();
        var before = EngagementRates.Of(facts.Accounts, DateTimeOffset.MinValue, since, options, now);
        var after = EngagementRates.Of(facts.Accounts, since, now, options);
        return new PackEffect(
            since, new RateChange(Wins(closed.Where(deal => deal.ClosedAt < since)), Wins(closed.Where(deal => deal.ClosedAt >= since))),
            new RateChange(before.Answered, after.Answered), new RateChange(before.Met, after.Met));
    }

    private static Share Wins(IEnumerable<DealFacts> deals) => deals.Aggregate(default(Share), (share, deal) => new Share(share.Count + (deal.Outcome == DealOutcome.Won ? 1 : 0), share.Of + 1));
}
