using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>The part of a connector that writes notes to accounts. Thread-safe. No method repeats a write by itself.</summary>
public interface INoteWriter
{
    /// <summary>
    /// Where notes would stand as things are, for a person to see before one is written. A failure says what is missing: an object, a scope or a permission, with the way out.
    /// Changes nothing; may ask the CRM what it offers, and remembers the answer for a while.
    /// </summary>
    Task<Result<NotePlace>> FindPlaceAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes a note and ties it to the account in one call: either both are there afterwards or neither. A failure says by its category whether nothing was written or
    /// whether nobody knows (<see cref="FailureCategory.Unknown"/>).
    /// </summary>
    Task<Result<NoteRecord>> WriteAsync(NoteDraft draft, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for a note whose write was not answered, by direct reads of the account's notes and never by search: an index lags, and a note that is not in it yet would be written twice.
    /// </summary>
    /// <returns>The note whose text holds the reference; null inside a success where there is none.</returns>
    Task<Result<NoteRecord?>> FindAsync(NoteSearch search, CancellationToken cancellationToken);

    /// <summary>What a note holds now; null inside a success where the CRM does not have it (any more).</summary>
    Task<Result<StoredNote?>> ReadAsync(NoteRecord record, CancellationToken cancellationToken);

    /// <summary>Takes a note away, into the CRM's recycle bin. One that is not there is no failure.</summary>
    Task<Result<NoteRecord>> RemoveAsync(NoteRecord record, CancellationToken cancellationToken);
}

/// <summary>How a place holds the text of notes.</summary>
public enum NoteForm
{
    /// <summary>HTML.</summary>
    Html,

    /// <summary>Plain text.</summary>
    Plain,
}

/// <summary>Where notes of a connection stand.</summary>
/// <param name="ObjectType">The CRM's type of them.</param>
/// <param name="Form">How their text is held.</param>
/// <param name="Longest">Most characters of the text, mark-up included.</param>
/// <param name="HasTitle">Whether the title has a field of its own; else the text begins with it.</param>
/// <param name="Sentence">Plain words for the person who is about to write one.</param>
public sealed record NotePlace(string ObjectType, NoteForm Form, int Longest, bool HasTitle, string Sentence);

/// <summary>An account as its CRM names it.</summary>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
public sealed record NoteAccount(string ObjectType, string ExternalId);

/// <summary>A note to be written.</summary>
/// <param name="Place">Where, as <see cref="INoteWriter.FindPlaceAsync"/> said.</param>
/// <param name="Account">The account.</param>
/// <param name="Title">Title, at most 255 characters.</param>
/// <param name="Body">Text in the place's form and within its length; in HTML everything that is not ours is escaped.</param>
/// <param name="At">When it counts as written.</param>
public sealed record NoteDraft(NotePlace Place, NoteAccount Account, string Title, string Body, DateTimeOffset At);

/// <summary>A note in the CRM.</summary>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ExternalId">The CRM's id.</param>
public sealed record NoteRecord(string ObjectType, string ExternalId);

/// <summary>What a note holds.</summary>
/// <param name="Title">Its title; blank where the type has none.</param>
/// <param name="Body">Its text as stored.</param>
/// <param name="Form">What the text is.</param>
public sealed record StoredNote(string Title, string Body, NoteForm Form);

/// <summary>What tells a note whose write was not answered.</summary>
/// <param name="Account">The account that it would be tied to.</param>
/// <param name="Reference">What its text ends with.</param>
/// <param name="SentAt">When it was sent; only notes that were created from an hour before on are looked at.</param>
public sealed record NoteSearch(NoteAccount Account, string Reference, DateTimeOffset SentAt)
{
    /// <summary>The earliest creation that counts: clocks differ.</summary>
    public DateTimeOffset From => SentAt - TimeSpan.FromHours(1);
}
