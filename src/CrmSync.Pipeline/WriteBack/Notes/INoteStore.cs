using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;

namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>Where a brief's note stands. Stored in lower snake case.</summary>
public enum NoteStatus
{
    /// <summary>To be sent; nothing has been.</summary>
    Waiting,

    /// <summary>About to be sent, or sent and not answered; committed before the request.</summary>
    Sending,

    /// <summary>The CRM holds it.</summary>
    Written,

    /// <summary>The CRM refuses it for good, or the tries are used up. A person may have it tried again.</summary>
    Failed,

    /// <summary>A person put it away before it was sent.</summary>
    Withdrawn,

    /// <summary>A person wants it taken back.</summary>
    Removing,

    /// <summary>It was taken back.</summary>
    Removed,
}

/// <summary>What a person does about a note that was asked for.</summary>
public enum NoteAct
{
    /// <summary>A failed one is tried again.</summary>
    Retry,

    /// <summary>One that waits is put away.</summary>
    Withdraw,

    /// <summary>One that stands in the CRM is taken back, unless somebody changed it.</summary>
    TakeBack,
}

/// <summary>A brief's note as the ledger knows it.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="ConnectionId">Where.</param>
/// <param name="Account">Ledger id of the company.</param>
/// <param name="Brief">Ledger id of the brief; null once its time of keeping was over.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="AskedBy">Who wanted it.</param>
/// <param name="AskedAt">When.</param>
public sealed record NoteState(long Id, long ConnectionId, long Account, long? Brief, NoteStatus Status, string AskedBy, DateTimeOffset AskedAt)
{
    /// <summary>The record in the CRM, once it is known.</summary>
    public NoteRecord? Record { get; init; }

    /// <summary>When the CRM was known to hold it.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Who wanted it taken back.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>Code of what happened last; null where there is nothing to say.</summary>
    public string? Code { get; init; }

    /// <summary>The sentence of it.</summary>
    public string? Message { get; init; }

    /// <summary>The CRM's own words.</summary>
    public string? RemoteMessage { get; init; }

    /// <summary>When it is tried again by itself; null where nothing is planned.</summary>
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>When the CRM was found not to have it any more, although we did not take it away.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    /// <summary>When anything about it changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What a claimed batch has to do about one note.</summary>
/// <param name="NoteId">Ledger id.</param>
/// <param name="Status">Waiting, Sending or Removing.</param>
/// <param name="BriefId">Ledger id of the brief; 0 where retention took it.</param>
/// <param name="Content">The brief; null where its words are gone.</param>
/// <param name="Reference">What the note ends with.</param>
/// <param name="Account">The account.</param>
public sealed record NoteWork(long NoteId, NoteStatus Status, long BriefId, Brief? Content, string Reference, NoteAccount Account)
{
    /// <summary>Whether the account is gone from the CRM.</summary>
    public bool IsAccountGone { get; init; }

    /// <summary>The last request whose fate nobody knows; null where nothing can have been written.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>How long ago that was, by the database's clock.</summary>
    public TimeSpan SinceSent { get; init; }

    /// <summary>The record, once it is known.</summary>
    public NoteRecord? Record { get; init; }

    /// <summary><see cref="NoteText.Fingerprint"/> of what was sent.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>A transition of a note, saved with the step of its batch.</summary>
/// <param name="NoteId">The note.</param>
/// <param name="Status">New state.</param>
public sealed record NoteChange(long NoteId, NoteStatus Status)
{
    /// <summary>Code of our registry; null says that all is well.</summary>
    public string? Code { get; init; }

    /// <summary>Plain sentence.</summary>
    public string? Message { get; init; }

    /// <summary>The CRM's own words, without any of the note's.</summary>
    public string? RemoteMessage { get; init; }

    /// <summary>The CRM's correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The record, where it became known.</summary>
    public NoteRecord? Record { get; init; }

    /// <summary>With the step to <see cref="NoteStatus.Sending"/>: the fingerprint of what is sent.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Whether it is certain that nothing was written.</summary>
    public bool NothingWritten { get; init; }
}

/// <summary>Notes of briefs. Thread-safe.</summary>
public interface INoteStore
{
    /// <summary>
    /// Enters the wish that a brief is written to its account, with an audit row. A brief has one note at most: asked again, by whomever, the first one is found. One that was put away before it was sent is taken up again.
    /// The hosts' gathering sends it.
    /// </summary>
    /// <returns>The note, and whether this call entered it.</returns>
    Task<Result<(NoteState Note, bool IsNew)>> AskNoteAsync(long brief, string person, CancellationToken cancellationToken);

    /// <summary>Does a person's act, with an audit row; refuses with a sentence what does not fit the note's state.</summary>
    Task<Result<NoteState>> ActOnNoteAsync(long note, NoteAct act, string person, CancellationToken cancellationToken);

    /// <summary>The note of a brief; null where there is none.</summary>
    Task<NoteState?> FindNoteAsync(long brief, CancellationToken cancellationToken);

    /// <summary>Notes of an account, the newest first.</summary>
    Task<IReadOnlyList<NoteState>> ReadNotesAsync(long account, int most, CancellationToken cancellationToken);

    /// <summary>What a batch has to do; null where it is done or a person put it away.</summary>
    Task<NoteWork?> ReadNoteWorkAsync(long batchId, CancellationToken cancellationToken);
}
