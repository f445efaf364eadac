using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Review;

/// <summary>Where a person's answer came from. Stored in lower case, so the names never change.</summary>
public enum CorrectionSource
{
    /// <summary>A reviewer in the console.</summary>
    Console,

    /// <summary>A file that was imported.</summary>
    File,

    /// <summary>A person's edit in the CRM.</summary>
    Crm,
}

/// <summary>What a person says about one activity.</summary>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Label">The right label's id; null for "no definition covers it".</param>
/// <param name="ContentHash">Hash of the content that the person saw; null where it is not known, then the present content is meant.</param>
public sealed record PersonAnswer(long ActivityId, string Taxonomy, string? Label, string? ContentHash = null)
{
    /// <summary>The kept write behind which an edit in the CRM was found, or the applied one whose label a person changed since.</summary>
    public long? IntentId { get; init; }

    /// <summary>Whether the answer goes to the CRM; where not, it binds and teaches here, and the CRM keeps what it holds.</summary>
    public bool WriteBack { get; init; } = true;
}

/// <summary>A person's answer, ready to be stored as the decision that stands from now on.</summary>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="ContentHash">The content that was judged; nothing is stored where the activity has another one by now.</param>
/// <param name="Decision">Decided by <see cref="Person"/>, with confidence 1.</param>
/// <param name="Write">What follows for the CRM; null where the CRM holds the answer already.</param>
public sealed record NewCorrection(long ActivityId, string ContentHash, LabelDecision Decision, PlannedWrite? Write)
{
    /// <summary>Value of <see cref="LabelDecision.DecidedBy"/> for people.</summary>
    public const string Person = "person";

    /// <summary>The kept write behind which an edit in the CRM was found, or the applied one whose label a person changed since.</summary>
    public long? IntentId { get; init; }
}

/// <summary>An activity that somebody wants to speak about.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="ConnectionId">Its connection.</param>
/// <param name="CrmKind"><c>hubspot</c> or <c>salesforce</c>.</param>
/// <param name="ContentHash">Its present content.</param>
/// <param name="Type">Kind of touch, as stored.</param>
/// <param name="IsErased">Whether its text was erased, so that nobody can judge it any more.</param>
public sealed record JudgedActivity(long Id, long ConnectionId, string CrmKind, string ContentHash, string Type, bool IsErased);

/// <summary>How an activity is named in a file: by ledger id, or by connection and the CRM's id.</summary>
/// <param name="Id">Ledger id; null where the CRM's id is given.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="ObjectType">The CRM's type; null where the id alone tells.</param>
/// <param name="ObjectId">The CRM's id.</param>
public sealed record ActivityName(long? Id, string? Connection, string? ObjectType, string? ObjectId);

/// <summary>What became of a request to store corrections.</summary>
/// <param name="Ids">The corrections' ids in the order asked; empty when nothing was stored.</param>
/// <param name="Stale">Positions whose activity has another content by now, was erased, or is not there; if any, nothing at all was stored.</param>
public sealed record CorrectionsSaved(IReadOnlyList<long> Ids, IReadOnlyList<int> Stale);

/// <summary>What taking a correction back did.</summary>
public enum UndoOutcome
{
    /// <summary>It does not count any more; what stood before stands again.</summary>
    Undone,

    /// <summary>It does not count any more; the activity has another content by now, so no decision changed.</summary>
    UndoneForTraining,

    /// <summary>A later correction of the same label stands; take that back first.</summary>
    NotTheLast,

    /// <summary>It was taken back before.</summary>
    AlreadyUndone,

    /// <summary>There is no such correction.</summary>
    Unknown,
}

/// <summary>A value that a person set in the CRM, kept by the guard or found by a comparison, not looked at yet.</summary>
/// <param name="IntentId">The kept write, or the applied one that a comparison with the CRM found changed.</param>
/// <param name="Activity">The activity whose label it is.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Value">What the CRM held; null where the person cleared it.</param>
/// <param name="IsCurrent">Whether it is about the activity's present content, on the activity itself, and no reviewer has spoken.</param>
public sealed record CrmEdit(long IntentId, JudgedActivity Activity, string Taxonomy, string? Value, bool IsCurrent);
