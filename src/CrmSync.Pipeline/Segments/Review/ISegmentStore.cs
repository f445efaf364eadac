namespace CrmSync.Pipeline.Segments.Review;

/// <summary>
/// Segments in the ledger and what people make of them. Every change writes a version and an audit row in its own transaction, and lets the accounts that it concerns
/// be assigned anew. Thread-safe.
/// </summary>
public interface ISegmentStore
{
    /// <summary>Stores what a search found: proposals, and what is known by now about segments that were found again. Decides nothing in people's place.</summary>
    Task<SegmentOutcome> ProposeAsync(FoundSegments found, string actor, CancellationToken cancellationToken);

    /// <summary>Approves, rejects or retires a segment.</summary>
    Task<SegmentOutcome> DecideAsync(SegmentOrder order, SegmentState state, CancellationToken cancellationToken);

    /// <summary>Gives a segment another name, 1 to 255 characters on one line; the CRM's values follow.</summary>
    Task<SegmentOutcome> RenameAsync(SegmentOrder order, string name, CancellationToken cancellationToken);

    /// <summary>Makes a segment part of another one, which takes in its accounts, also those that later searches find.</summary>
    Task<SegmentOutcome> MergeAsync(SegmentOrder order, string into, CancellationToken cancellationToken);

    /// <summary>
    /// Makes some accounts of a segment a segment of their own, in the state of the old one. They are linked, and kept apart from the rest, in every later search.
    /// </summary>
    Task<SegmentOutcome> SplitAsync(SegmentOrder order, string name, IReadOnlyList<long> accounts, CancellationToken cancellationToken);

    /// <summary>Takes the newest change of a segment back, with all that it did to others; refused where one of these was changed since.</summary>
    Task<SegmentOutcome> UndoAsync(SegmentOrder order, CancellationToken cancellationToken);

    /// <summary>Says of two accounts that they belong together, or never do. An opposite word about the same pair is taken back.</summary>
    Task<SegmentOutcome> LinkAsync(LinkKind kind, long first, long second, string actor, CancellationToken cancellationToken);

    /// <summary>Lets a candidate hold or puts it away; takes back what holds.</summary>
    Task<SegmentOutcome> SettleLinkAsync(long linkId, LinkState state, string actor, CancellationToken cancellationToken);

    /// <summary>
    /// Puts away what a search saw happen to segments: seen, or, of a pair that may be one, dismissed, which later searches keep to. Merging such a pair settles it by itself.
    /// </summary>
    Task<SegmentOutcome> SettleEventAsync(long eventId, string actor, CancellationToken cancellationToken);

    /// <summary>Segments that are or were in use, as a search compares its own with them; retired ones are left out.</summary>
    Task<IReadOnlyList<KnownSegment>> ReadKnownAsync(CancellationToken cancellationToken);

    /// <summary>Pairs of accounts that people said something about, as it holds.</summary>
    Task<IReadOnlyList<AccountLink>> ReadLinksAsync(CancellationToken cancellationToken);

    /// <summary>Ledger ids of accounts by key of connection and id in the CRM; null for what is not known.</summary>
    Task<IReadOnlyList<long?>> FindAccountsAsync(IReadOnlyList<(string Connection, string ExternalId)> names, CancellationToken cancellationToken);
}

/// <summary>What a person wants changed.</summary>
/// <param name="Key">The segment.</param>
/// <param name="Actor">Who.</param>
public sealed record SegmentOrder(string Key, string Actor)
{
    /// <summary>The version that the person looked at; null where nobody looked, and the change holds whatever happened since.</summary>
    public long? Seen { get; init; }

    /// <summary>Why; null where nobody said.</summary>
    public string? Reason { get; init; }
}

/// <summary>What became of a wish.</summary>
public enum SegmentAnswer
{
    /// <summary>Done.</summary>
    Changed,

    /// <summary>It was so already; nothing was stored.</summary>
    Unchanged,

    /// <summary>There is no such segment, account or link.</summary>
    Unknown,

    /// <summary>Refused: somebody changed it since the person looked.</summary>
    Stale,

    /// <summary>Refused for the reason that the sentence names.</summary>
    Refused,
}

/// <summary>What became of a wish.</summary>
/// <param name="Answer">What became of it.</param>
/// <param name="Sentence">The same for a person.</param>
public sealed record SegmentOutcome(SegmentAnswer Answer, string Sentence)
{
    /// <summary>Key of the segment that it is about: of a split the new one.</summary>
    public string? Key { get; init; }

    /// <summary>Its version now.</summary>
    public long Version { get; init; }

    /// <summary>Whether it holds as wished.</summary>
    public bool Holds => Answer is SegmentAnswer.Changed or SegmentAnswer.Unchanged;
}

/// <summary>What people said about two accounts.</summary>
/// <param name="Kind">What.</param>
/// <param name="First">Ledger id of the one.</param>
/// <param name="Second">Ledger id of the other.</param>
public sealed record AccountLink(LinkKind Kind, long First, long Second);
