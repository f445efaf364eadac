using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Reading;

/// <summary>A segment in a list.</summary>
public sealed record SegmentCard
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Permanent slug.</summary>
    public string Key { get; init; } = "";

    /// <summary>Its name, as it is written to the CRM.</summary>
    public string Name { get; init; } = "";

    /// <summary>The state, as stored.</summary>
    public string StateName { get; init; } = "";

    /// <summary>Its state.</summary>
    public SegmentState State => Stored.Parse<SegmentState>(StateName);

    /// <summary>Its version; a change names the one that was looked at.</summary>
    public long Version { get; init; }

    /// <summary>Key of the segment that it is part of; null unless merged.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Name of that segment.</summary>
    public string? MergedIntoName { get; init; }

    /// <summary>Key of the segment that it was split off; null for the others.</summary>
    public string? Parent { get; init; }

    /// <summary>Accounts that the newest search found in it.</summary>
    public long Found { get; init; }

    /// <summary>Accounts that stand in it now; counted up to <see cref="CappedCount.Limit"/>.</summary>
    public long Accounts { get; init; }

    /// <summary>Agreement of its members when a part of the accounts is left out, 0 to 1.</summary>
    public double Stability { get; init; }

    /// <summary>1 where it is large enough for a specialist.</summary>
    public long Promoted { get; init; }

    /// <summary>Whether it is large enough for a specialist.</summary>
    public bool IsPromoted => Promoted is 1;

    /// <summary>Id of the model that knows it; null where no search has found it yet (it was split off).</summary>
    public long? ModelId { get; init; }

    /// <summary>When it was found, in Unix milliseconds UTC.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    public long ChangedAt { get; init; }

    /// <summary>Who decided about it; null while nobody has.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When.</summary>
    public long? DecidedAt { get; init; }

    /// <summary>Why, in that person's words.</summary>
    public string? Reason { get; init; }

    /// <summary>The description as stored.</summary>
    public string DescriptionJson { get; init; } = "";

    /// <summary>Terms, redacted examples, the nearest other segment.</summary>
    public SegmentDescription Description => DescriptionJson.Length == 0 ? SegmentDescription.None : SegmentJson.ReadDescription(DescriptionJson);

    /// <summary>The strongest terms.</summary>
    public IEnumerable<string> TopTerms => Description.Terms.Take(6).Select(term => term.Term);
}

/// <summary>A version of a segment. It is never changed.</summary>
public sealed record SegmentVersionRow
{
    /// <summary>Number of the version, from 1.</summary>
    public long Version { get; init; }

    /// <summary>The action, as stored.</summary>
    public string ActionName { get; init; } = "";

    /// <summary>What the change was.</summary>
    public SegmentAction Action => Stored.Parse<SegmentAction>(ActionName);

    /// <summary>The name since then.</summary>
    public string Name { get; init; } = "";

    /// <summary>The state since then, as stored.</summary>
    public string StateName { get; init; } = "";

    /// <summary>Key of the segment that it was part of since then.</summary>
    public string? MergedInto { get; init; }

    /// <summary>Accounts that the search had found.</summary>
    public long Size { get; init; }

    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When, in Unix milliseconds UTC.</summary>
    public long At { get; init; }

    /// <summary>Why; null where nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was taken back; null where it was not.</summary>
    public long? UndoneAt { get; init; }
}

/// <summary>A segment with its history.</summary>
/// <param name="Card">As in the list.</param>
/// <param name="Versions">Its versions, newest first; at most a hundred.</param>
/// <param name="Parts">Segments that were merged into it.</param>
public sealed record SegmentView(SegmentCard Card, IReadOnlyList<SegmentVersionRow> Versions, IReadOnlyList<SegmentCard> Parts);

/// <summary>An account in a segment.</summary>
public sealed record SegmentAccountRow
{
    /// <summary>Ledger id of the company.</summary>
    public long AccountId { get; init; }

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>Name of the company: raw and untrusted.</summary>
    public string Name { get; init; } = "";

    /// <summary>Score in thousandths of a nat.</summary>
    public long Strength { get; init; }

    /// <summary>Notes that speak of the segment.</summary>
    public long Speaking { get; init; }

    /// <summary>Notes that were read.</summary>
    public long Notes { get; init; }

    /// <summary>Notes that would speak of it in an account outside.</summary>
    public double Expected { get; init; }

    /// <summary>1 where a person put the account there.</summary>
    public long ByPerson { get; init; }

    /// <summary>The ids as stored.</summary>
    public string EvidenceJson { get; init; } = "[]";

    /// <summary>Ledger ids of a few activities that speak of it.</summary>
    public IReadOnlyList<long> Evidence => SegmentJson.ReadIds(EvidenceJson);

    /// <summary>State of the newest write to the CRM, as stored; null where there is none.</summary>
    public string? WriteStatus { get; init; }

    /// <summary>Ledger id of that write.</summary>
    public long? WriteId { get; init; }

    /// <summary>The reason as a sentence.</summary>
    public string Reason => ByPerson is 1 ? "A person put it there." : new SegmentMember("", 0, (int)Speaking, (int)Notes, Expected).Reason;
}

/// <summary>An assignment of an account, past or present. It is never changed.</summary>
public sealed record AccountAssignmentRow
{
    /// <summary>Ledger id of the decision.</summary>
    public long Id { get; init; }

    /// <summary>Key of the segment; null for none.</summary>
    public string? Segment { get; init; }

    /// <summary>Its name now; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>From 0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>"segments" or "person".</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>One sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>When, in Unix milliseconds UTC.</summary>
    public long DecidedAt { get; init; }

    /// <summary>Until when; null for the one that holds.</summary>
    public long? SupersededAt { get; init; }
}

/// <summary>What was said about two accounts.</summary>
public sealed record AccountLinkRow
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>The kind, as stored.</summary>
    public string KindName { get; init; } = "";

    /// <summary>What was said.</summary>
    public LinkKind Kind => Stored.Parse<LinkKind>(KindName);

    /// <summary>The state, as stored.</summary>
    public string StateName { get; init; } = "";

    /// <summary>person, split, or crm for an edit in the CRM.</summary>
    public string Source { get; init; } = "";

    /// <summary>Ledger id of the one.</summary>
    public long FirstId { get; init; }

    /// <summary>Its name: raw and untrusted.</summary>
    public string FirstName { get; init; } = "";

    /// <summary>Ledger id of the other.</summary>
    public long SecondId { get; init; }

    /// <summary>Its name: raw and untrusted.</summary>
    public string SecondName { get; init; } = "";

    /// <summary>Key of the segment that an edit names, or takes the account out of; null where none is known.</summary>
    public string? Segment { get; init; }

    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>When, in Unix milliseconds UTC.</summary>
    public long At { get; init; }
}

/// <summary>A search for segments, running or done.</summary>
public sealed record SegmentSearchRow
{
    /// <summary>Id of the run.</summary>
    public long RunId { get; init; }

    /// <summary>State of the run, as stored.</summary>
    public string Status { get; init; } = "";

    /// <summary>Who asked for it.</summary>
    public string RequestedBy { get; init; } = "";

    /// <summary>When, in Unix milliseconds UTC.</summary>
    public long StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public long? FinishedAt { get; init; }

    /// <summary>What is done now, in a word or two.</summary>
    public string Stage { get; init; } = "";

    /// <summary>How much of all is done, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>Activities that were read.</summary>
    public long Activities { get; init; }

    /// <summary>Segments that were found; null while it runs.</summary>
    public long? Segments { get; init; }

    /// <summary>Accounts that were read; null while it runs.</summary>
    public long? Accounts { get; init; }

    /// <summary>The remarks as stored.</summary>
    public string? RemarksJson { get; init; }

    /// <summary>Plain sentences for a person.</summary>
    public IReadOnlyList<string> Remarks => RemarksJson is { } json ? SegmentJson.ReadTexts(json) : [];
}
