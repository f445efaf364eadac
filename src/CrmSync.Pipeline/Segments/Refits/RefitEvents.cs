using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;

namespace CrmSync.Pipeline.Segments.Refits;

/// <summary>
/// What a search tells of the segments that are known: which are new, which were not found again, which speak of something else or are made up of other accounts, and which
/// pairs may be one. For a person to decide; nothing is changed by it. Pure.
/// </summary>
public static class RefitEvents
{
    /// <summary>The events; none of a first search, for which everything is new.</summary>
    /// <param name="known">Segments as they are known.</param>
    /// <param name="found">What the search found.</param>
    /// <param name="changes">Which found segment continues which known one.</param>
    /// <param name="wins">Deals won out of deals closed, by ledger id of the account; accounts without closed deals are missing.</param>
    /// <param name="options">From when on profiles count as alike.</param>
    /// <param name="at">When.</param>
    /// <returns>Events whose segments are named by <see cref="FoundSegment.Handle"/>.</returns>
    public static IReadOnlyList<SegmentEvent> Of(
        IReadOnlyList<KnownSegment> known, IReadOnlyList<FoundSegment> found, IReadOnlyList<SegmentChange> changes, IReadOnlyDictionary<long, Share> wins, LearningOptions options,
        DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(changes);
        if (known.Count == 0)
            return [];
        var old = known.ToDictionary(segment => segment.Key, StringComparer.Ordinal);
        // What people rejected or merged is settled whatever a search finds; what they split off has no words of its own before a search has found it.
        bool IsWatched(KnownSegment segment) => segment.State is SegmentState.Proposed or SegmentState.Approved;
        bool HasWords(KnownSegment segment) => segment.Terms.Count > 0;
        var standing = found.Where(segment => segment.Continues is not { } key || IsWatched(old[key])).ToList();
        var profiles = standing.ConvertAll(segment => Profile(segment, old, wins));
        var before = known.Where(segment => IsWatched(segment) && HasWords(segment)).Select(segment => Profile(segment, wins)).ToList();
        var after = standing.Zip(profiles).Where(pair => pair.First.Continues is not { } key || HasWords(old[key])).Select(pair => pair.Second).ToList();
        var events = SegmentEvents.Between(before, after, options, at).Where(row => row.Kind != SegmentEventKind.Converging).ToList();
        events.AddRange(Moved(standing, old, changes, at).Where(moved => events.TrueForAll(row => row.Segment != moved.Segment)));
        // Whoever split two segments or keeps their accounts apart has answered already.
        events.AddRange(SegmentEvents.Converging(profiles, options, at).Where(row => !AreParted(row.Segment, row.Other!, old)));
        return events;
    }

    private static IEnumerable<SegmentEvent> Moved(IEnumerable<FoundSegment> found, Dictionary<string, KnownSegment> old, IReadOnlyList<SegmentChange> changes, DateTimeOffset at)
    {
        var moved = changes.Where(change => change.Fate == SegmentFate.Drifted).ToDictionary(change => change.New!, StringComparer.Ordinal);
        foreach (var segment in found.Where(segment => segment.Continues is not null))
        {
            if (!moved.TryGetValue(segment.ModelSegment, out var change))
                continue;
            var former = old[segment.Continues!];
            var both = former.Accounts.Intersect(segment.Members.Select(member => member.AccountId)).Count();
            yield return new SegmentEvent(
                SegmentEventKind.Drifted, former.Key, null, change.Cosine,
                FormattableString.Invariant($"'{former.Name}' is made up of other accounts than before: {both} of its {former.Accounts.Count} are among the {segment.Members.Count} that were found now. Look at who left and who came."), at);
        }
    }

    private static bool AreParted(string first, string second, Dictionary<string, KnownSegment> old) =>
        (old.TryGetValue(first, out var left) && left.Parent == second) || (old.TryGetValue(second, out var right) && right.Parent == first);

    private static SegmentProfile Profile(KnownSegment segment, IReadOnlyDictionary<long, Share> wins) =>
        new(segment.Key, segment.Name, segment.Accounts.Count, Weights(segment.Terms), Sum(segment.Accounts, wins));

    private static SegmentProfile Profile(FoundSegment segment, Dictionary<string, KnownSegment> old, IReadOnlyDictionary<long, Share> wins) => new(
        segment.Handle, segment.Continues is { } key ? old[key].Name : segment.Name, segment.Members.Count, Weights(segment.Description.Terms),
        Sum(segment.Members.Select(member => member.AccountId), wins));

    private static Dictionary<string, double> Weights(IEnumerable<SegmentTerm> terms) =>
        terms.GroupBy(term => term.Term, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().LogOdds, StringComparer.Ordinal);

    private static Share Sum(IEnumerable<long> accounts, IReadOnlyDictionary<long, Share> wins) => accounts.Distinct()
        .Aggregate(default(Share), (sum, account) => wins.TryGetValue(account, out var own) ? new Share(sum.Count + own.Count, sum.Of + own.Of) : sum);
}
