namespace CrmSync.Pipeline.Segments.Refits;

/// <summary>A segment of one discovery, for comparison with those of another.</summary>
/// <param name="Id">Id within its discovery, or the permanent one of an approved segment.</param>
/// <param name="Accounts">Keys of its accounts.</param>
/// <param name="Profile">What it speaks of: weight by term, such as log-odds; compared by cosine.</param>
public sealed record SegmentSnapshot(string Id, IReadOnlyCollection<string> Accounts, IReadOnlyDictionary<string, double> Profile)
{
    /// <summary>Bounds of the win rate, from 0 to 1; null where too few deals are closed.</summary>
    public (double Low, double High)? WinRate { get; init; }
}

/// <summary>What became of a segment.</summary>
public enum SegmentFate
{
    /// <summary>Found again.</summary>
    Same,

    /// <summary>Found again, but its accounts or its words have changed much.</summary>
    Drifted,

    /// <summary>New.</summary>
    Born,

    /// <summary>Not found any more.</summary>
    Died,
}

/// <summary>An old segment and the new one that continues it.</summary>
/// <param name="Fate">What became of it.</param>
/// <param name="Old">Id of the old segment; null for a birth.</param>
/// <param name="New">Id of the new one; null for a death.</param>
/// <param name="Overlap">Accounts in both, of those in either, from 0 to 1 (Jaccard).</param>
/// <param name="Cosine">Cosine of the profiles.</param>
public sealed record SegmentChange(SegmentFate Fate, string? Old, string? New, double Overlap, double Cosine);

/// <summary>Two segments that may be one: their profiles are alike and their win rates may be the same. For a person to decide.</summary>
/// <param name="First">Id of the one.</param>
/// <param name="Second">Id of the other.</param>
/// <param name="Cosine">Cosine of the profiles.</param>
public sealed record MergeProposal(string First, string Second, double Cosine);

/// <summary>Compares the segments of a refit with the old ones, and finds segments that converge. Nothing is changed by it. Pure.</summary>
public static class SegmentMatching
{
    /// <summary>Cosine of profiles above which two segments may be one.</summary>
    public const double MergeCosine = 0.5;

    // Below this an old and a new segment have nothing to do with each other; above the second they are the same one.
    private const double FewestInCommon = 0.2;
    private const double Unchanged = 0.6;

    /// <summary>
    /// What became of every segment: one-to-one, so that the likeness of all pairs together (mean of overlap and cosine) is greatest. Old segments first, in their order,
    /// then births.
    /// </summary>
    public static IReadOnlyList<SegmentChange> Compare(IReadOnlyList<SegmentSnapshot> before, IReadOnlyList<SegmentSnapshot> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var gain = new double[before.Count, after.Count];
        for (var i = 0; i < before.Count; i++)
            for (var j = 0; j < after.Count; j++)
                gain[i, j] = Likeness(before[i], after[j]);
        var matched = before.Count == 0 || after.Count == 0 ? [.. Enumerable.Repeat(-1, before.Count)] : Assignment.Best(gain);
        List<SegmentChange> changes = [];
        HashSet<int> continued = [];
        for (var i = 0; i < before.Count; i++)
        {
            if (matched[i] < 0 || gain[i, matched[i]] < FewestInCommon)
            {
                changes.Add(new SegmentChange(SegmentFate.Died, before[i].Id, null, 0, 0));
                continue;
            }
            continued.Add(matched[i]);
            var now = after[matched[i]];
            var overlap = Overlap(before[i], now);
            changes.Add(new SegmentChange(
                overlap >= Unchanged ? SegmentFate.Same : SegmentFate.Drifted, before[i].Id, now.Id, Math.Round(overlap, 3), Math.Round(Cosine(before[i], now), 3)));
        }
        for (var j = 0; j < after.Count; j++)
            if (!continued.Contains(j))
                changes.Add(new SegmentChange(SegmentFate.Born, null, after[j].Id, 0, 0));
        return changes;
    }

    /// <summary>Pairs whose profiles are alike and whose win rates overlap, the most alike first. Without a known win rate there is no proposal.</summary>
    public static IReadOnlyList<MergeProposal> Converging(IReadOnlyList<SegmentSnapshot> segments)
    {
        ArgumentNullException.ThrowIfNull(segments);
        List<MergeProposal> proposals = [];
        for (var i = 0; i < segments.Count; i++)
            for (var j = i + 1; j < segments.Count; j++)
                if (segments[i].WinRate is { } a && segments[j].WinRate is { } b && a.Low <= b.High && b.Low <= a.High && Cosine(segments[i], segments[j]) is > MergeCosine and var cosine)
                    proposals.Add(new MergeProposal(segments[i].Id, segments[j].Id, Math.Round(cosine, 3)));
        return [.. proposals.OrderByDescending(proposal => proposal.Cosine).ThenBy(proposal => proposal.First, StringComparer.Ordinal).ThenBy(proposal => proposal.Second, StringComparer.Ordinal)];
    }

    private static double Likeness(SegmentSnapshot left, SegmentSnapshot right) => (Overlap(left, right) + Math.Max(0, Cosine(left, right))) / 2;

    private static double Overlap(SegmentSnapshot left, SegmentSnapshot right)
    {
        var own = left.Accounts.ToHashSet(StringComparer.Ordinal);
        var both = right.Accounts.Count(own.Contains);
        var either = own.Count + right.Accounts.Count - both;
        return either == 0 ? 0 : (double)both / either;
    }

    private static double Cosine(SegmentSnapshot left, SegmentSnapshot right)
    {
        double dot = 0, a = 0, b = 0;
        // In the order of the terms, so that the sum is the same every time.
        foreach (var (term, weight) in left.Profile.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            a += weight * weight;
            dot += weight * right.Profile.GetValueOrDefault(term);
        }
        foreach (var (_, weight) in right.Profile.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            b += weight * weight;
        return a == 0 || b == 0 ? 0 : dot / Math.Sqrt(a * b);
    }
}
