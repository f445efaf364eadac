using System.Collections.Immutable;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>
/// The closed deals of a segment as running sums. Counting a deal twice changes nothing, and a deal that is reopened, corrected or moved to another segment is taken out
/// again, so the sums never need to be counted anew. Immutable, thread-safe.
/// </summary>
public sealed class DealTally
{
    /// <summary>No deals.</summary>
    public static readonly DealTally Empty = new(ImmutableSortedDictionary.Create<string, DealFacts>(StringComparer.Ordinal), default, ImmutableSortedDictionary.Create<string, Share>(StringComparer.Ordinal));

    private readonly ImmutableSortedDictionary<string, DealFacts> _deals;
    private readonly ImmutableSortedDictionary<string, Share> _reps;

    private DealTally(ImmutableSortedDictionary<string, DealFacts> deals, Share wins, ImmutableSortedDictionary<string, Share> reps) => (_deals, Wins, _reps) = (deals, wins, reps);

    /// <summary>Deals won out of deals closed.</summary>
    public Share Wins { get; }

    /// <summary>The same per rep; deals without one are in no group.</summary>
    public IReadOnlyDictionary<string, Share> Reps => _reps;

    /// <summary>The closed deals, by key.</summary>
    public IEnumerable<DealFacts> Deals => _deals.Values;

    /// <summary>Counts some deals.</summary>
    public static DealTally Of(IEnumerable<DealFacts> deals)
    {
        ArgumentNullException.ThrowIfNull(deals);
        return deals.Aggregate(Empty, (tally, deal) => tally.With(deal));
    }

    /// <summary>The sums with this deal as it stands now; an open deal counts for nothing.</summary>
    public DealTally With(DealFacts deal)
    {
        ArgumentNullException.ThrowIfNull(deal);
        var before = Without(deal.Id);
        return deal.Outcome == DealOutcome.Open ? before : new DealTally(before._deals.Add(deal.Id, deal), Add(before.Wins, deal, 1), before.Rep(deal, 1));
    }

    /// <summary>The sums without a deal.</summary>
    public DealTally Without(string deal) =>
        _deals.TryGetValue(deal, out var counted) ? new DealTally(_deals.Remove(deal), Add(Wins, counted, -1), Rep(counted, -1)) : this;

    private static Share Add(Share share, DealFacts deal, int sign) => new(share.Count + (deal.Outcome == DealOutcome.Won ? sign : 0), share.Of + sign);

    private ImmutableSortedDictionary<string, Share> Rep(DealFacts deal, int sign)
    {
        if (deal.Owner is not { } owner)
            return _reps;
        var share = Add(_reps.GetValueOrDefault(owner), deal, sign);
        return share.Of == 0 ? _reps.Remove(owner) : _reps.SetItem(owner, share);
    }
}
