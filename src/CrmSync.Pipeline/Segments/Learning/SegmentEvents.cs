using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>What a segment speaks of and how it does.</summary>
/// <param name="Segment">Permanent key of the segment.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Weights">Weight of each of its terms, such as smoothed log-odds; terms that tell nothing are missing.</param>
/// <param name="Wins">Deals won out of deals closed.</param>
public sealed record SegmentProfile(string Segment, string Name, int Accounts, IReadOnlyDictionary<string, double> Weights, Share Wins)
{
    /// <summary>Cosine of two profiles, −1 to 1; 0 where either is empty.</summary>
    public double CosineTo(SegmentProfile other)
    {
        ArgumentNullException.ThrowIfNull(other);
        // In the order of terms, so that sums come out the same to the last digit wherever the weights come from.
        double product = Weights.OrderBy(pair => pair.Key, StringComparer.Ordinal).Sum(pair => pair.Value * other.Weights.GetValueOrDefault(pair.Key)), length = Length(this) * Length(other);
        return length == 0 ? 0 : product / length;
    }

    private static double Length(SegmentProfile profile) => Math.Sqrt(profile.Weights.OrderBy(pair => pair.Key, StringComparer.Ordinal).Sum(pair => pair.Value * pair.Value));
}

/// <summary>Kinds of what happens to segments between two looks.</summary>
public enum SegmentEventKind
{
    /// <summary>Found for the first time.</summary>
    Born,

    /// <summary>Not found any more.</summary>
    Died,

    /// <summary>Still there, but it speaks of something else than before.</summary>
    Drifted,

    /// <summary>Two segments have become so alike that they may be one.</summary>
    Converging,
}

/// <summary>How an event stands.</summary>
public enum SegmentEventState
{
    /// <summary>Nobody has dealt with it.</summary>
    Open,

    /// <summary>A person has seen it.</summary>
    Seen,

    /// <summary>The pair was merged.</summary>
    Merged,

    /// <summary>The pair stays apart; it is not proposed again.</summary>
    Dismissed,
}

/// <summary>Something that happened to segments; a proposal for a person, never done by itself.</summary>
/// <param name="Kind">What.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Other">The other one of a converging pair; null else.</param>
/// <param name="Cosine">How alike the profiles are; null where there is nothing to compare.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="At">When it was seen.</param>
public sealed record SegmentEvent(SegmentEventKind Kind, string Segment, string? Other, double? Cosine, string Reason, DateTimeOffset At);

/// <summary>Sees births, deaths, drift and convergence. Pure; which new segment is which old one is decided elsewhere.</summary>
public static class SegmentEvents
{
    /// <summary>What happened between two looks, by kind and segment.</summary>
    /// <param name="before">Profiles of the segments as they were.</param>
    /// <param name="after">Profiles of the segments as they were found now; a segment that is an old one has its key.</param>
    /// <param name="options">From when on profiles count as alike.</param>
    /// <param name="at">When.</param>
    public static IReadOnlyList<SegmentEvent> Between(IReadOnlyList<SegmentProfile> before, IReadOnlyList<SegmentProfile> after, LearningOptions options, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(options);
        var old = before.ToDictionary(profile => profile.Segment, StringComparer.Ordinal);
        var present = after.Select(profile => profile.Segment).ToHashSet(StringComparer.Ordinal);
        List<SegmentEvent> events = [];
        foreach (var profile in after.OrderBy(profile => profile.Segment, StringComparer.Ordinal))
        {
            if (!old.TryGetValue(profile.Segment, out var former))
            {
                events.Add(new SegmentEvent(SegmentEventKind.Born, profile.Segment, null, null, FormattableString.Invariant($"'{profile.Name}' is new: {profile.Accounts} accounts speak of it."), at));
                continue;
            }
            var cosine = profile.CosineTo(former);
            if (cosine < options.DriftCosine)
                events.Add(new SegmentEvent(SegmentEventKind.Drifted, profile.Segment, null, cosine, FormattableString.Invariant($"'{profile.Name}' speaks of other things than before (cosine {cosine:0.00}, below {options.DriftCosine:0.00}): look at its terms and its pack."), at));
        }
        events.AddRange(before.Where(profile => !present.Contains(profile.Segment)).OrderBy(profile => profile.Segment, StringComparer.Ordinal).Select(profile => new SegmentEvent(
            SegmentEventKind.Died, profile.Segment, null, null, FormattableString.Invariant($"'{profile.Name}' was not found again; it had {profile.Accounts} accounts. Its pack stays."), at)));
        events.AddRange(Converging(after, options, at));
        return events;
    }

    /// <summary>Pairs that may be one: profiles more alike than the bound and win rates whose intervals overlap.</summary>
    public static IReadOnlyList<SegmentEvent> Converging(IReadOnlyList<SegmentProfile> profiles, LearningOptions options, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(options);
        List<SegmentProfile> ordered = [.. profiles.OrderBy(profile => profile.Segment, StringComparer.Ordinal)];
        List<SegmentEvent> events = [];
        for (var i = 0; i < ordered.Count; i++)
        {
            for (var j = i + 1; j < ordered.Count; j++)
            {
                var (left, right) = (ordered[i], ordered[j]);
                var cosine = left.CosineTo(right);
                if (cosine <= options.MergeCosine || !Overlap(left.Wins, right.Wins))
                    continue;
                var reason = FormattableString.Invariant(
                    $"'{left.Name}' and '{right.Name}' speak of nearly the same (cosine {cosine:0.00}) and their win rates cannot be told apart ({Rate(left.Wins)} and {Rate(right.Wins)}): merge them?");
                events.Add(new SegmentEvent(SegmentEventKind.Converging, left.Segment, right.Segment, cosine, reason, at));
            }
        }
        return events;
    }

    private static bool Overlap(Share left, Share right) => left.Estimate is not { } first || right.Estimate is not { } second || first.Low <= second.High && second.Low <= first.High;

    private static string Rate(Share wins) => wins.Of == 0 ? "no closed deals" : FormattableString.Invariant($"{wins.Count} of {wins.Of}");
}
