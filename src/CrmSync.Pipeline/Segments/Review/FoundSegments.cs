using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Learning;

namespace CrmSync.Pipeline.Segments.Review;

/// <summary>What a search found in the ledger, to be stored as proposals.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Accounts">Accounts that were read.</param>
/// <param name="Activities">Activities that were read.</param>
/// <param name="Remarks">Plain sentences, counts only.</param>
/// <param name="Segments">The proposals.</param>
public sealed record FoundSegments(int Seed, long Accounts, long Activities, IReadOnlyList<string> Remarks, IReadOnlyList<FoundSegment> Segments)
{
    /// <summary>The model's file; empty where nothing was found.</summary>
    public ReadOnlyMemory<byte> Model { get; init; }

    /// <summary>Key of the topics that the model reads beside words; null for a model of words alone.</summary>
    public string? Topics { get; init; }

    /// <summary>What happened to segments since the search before, for a person; segments are named by <see cref="FoundSegment.Handle"/>.</summary>
    public IReadOnlyList<SegmentEvent> Events { get; init; } = [];
}

/// <summary>A segment that a search found.</summary>
/// <param name="ModelSegment">Its id within the model.</param>
/// <param name="Name">Suggested name; a segment that it continues keeps its own.</param>
/// <param name="IsPromoted">Whether it is large enough for a specialist.</param>
/// <param name="Stability">From 0 to 1.</param>
/// <param name="Description">What tells it from the rest.</param>
/// <param name="Members">Its accounts.</param>
public sealed record FoundSegment(
    string ModelSegment, string Name, bool IsPromoted, double Stability, SegmentDescription Description, IReadOnlyList<FoundMember> Members)
{
    /// <summary>Key of the segment of the ledger that this continues; null for a new one.</summary>
    public string? Continues { get; init; }

    /// <summary>By which it is named until it is stored: the key that it continues, or # and its id within the model, which no key begins with.</summary>
    public string Handle => Continues ?? $"#{ModelSegment}";
}

/// <summary>An account in a found segment.</summary>
/// <param name="AccountId">Ledger id of the company.</param>
/// <param name="Score">In nats.</param>
/// <param name="Speaking">Notes that speak of the segment.</param>
/// <param name="Notes">Notes that were read.</param>
/// <param name="Expected">Notes that would speak of it in an account outside.</param>
public sealed record FoundMember(long AccountId, double Score, int Speaking, int Notes, double Expected);

/// <summary>What tells a segment from the rest. Free of personal data.</summary>
/// <param name="Terms">Its terms, the strongest first.</param>
/// <param name="Quotes">Redacted examples.</param>
/// <param name="Nearest">The segment most like it.</param>
public sealed record SegmentDescription(IReadOnlyList<SegmentTerm> Terms, IReadOnlyList<DescribedQuote> Quotes, NearestSegment? Nearest)
{
    /// <summary>Of a segment that no search has found yet.</summary>
    public static SegmentDescription None { get; } = new([], [], null);
}

/// <summary>An example from an account's note.</summary>
/// <param name="AccountId">Ledger id of the company.</param>
/// <param name="ActivityId">Ledger id of the activity.</param>
/// <param name="Text">Redacted; words that few accounts use are left out.</param>
public sealed record DescribedQuote(long AccountId, long ActivityId, string Text);

/// <summary>A segment as the ledger knows it, to be compared with what a search finds.</summary>
/// <param name="Key">Permanent slug.</param>
/// <param name="State">Its state.</param>
/// <param name="Terms">Its terms when it was last found.</param>
/// <param name="Accounts">Ledger ids of its accounts.</param>
public sealed record KnownSegment(string Key, SegmentState State, IReadOnlyList<SegmentTerm> Terms, IReadOnlyList<long> Accounts)
{
    /// <summary>What people call it.</summary>
    public string Name { get; init; } = Key;

    /// <summary>Key of the segment that it was split off; null for the others.</summary>
    public string? Parent { get; init; }
}
