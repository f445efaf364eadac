using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Erasure;

/// <summary>Erases personal data on request, and keeps it from coming back. Thread-safe.</summary>
public interface IErasureStore
{
    /// <summary>What an erasure would take away; changes nothing.</summary>
    Task<Result<ErasureReport>> ForecastErasureAsync(ErasureRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Erases, in steps that each hold as a whole: first the record is barred, then its texts go. Safe to repeat: a second time finishes what a first one was
    /// stopped in, and otherwise changes nothing.
    /// </summary>
    Task<Result<ErasureReport>> EraseAsync(ErasureRequest request, CancellationToken cancellationToken);
}

/// <summary>Whose personal data is to be erased: an activity's, or a person's with all activities that are linked to that person.</summary>
/// <param name="Connection">The connection that the record belongs to.</param>
/// <param name="ObjectType">The CRM's type, such as <c>contacts</c>, <c>Lead</c> or <c>calls</c>.</param>
/// <param name="ExternalId">The CRM's id, as the ledger keeps it.</param>
/// <param name="Actor">Who asks.</param>
public sealed record ErasureRequest(Connection Connection, string ObjectType, string ExternalId, string Actor)
{
    /// <summary>Why; stands in the audit, so it names no person.</summary>
    public string? Reason { get; init; }
}

/// <summary>What an erasure took away, or would take away. Counts only.</summary>
public sealed record ErasureReport
{
    /// <summary>Whether the record had been erased before.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>Whether a person's name, title and address went.</summary>
    public bool Person { get; init; }

    /// <summary>Activities that lost subject, body and the CRM's own words about them.</summary>
    public long Activities { get; init; }

    /// <summary>Texts that were kept to learn from.</summary>
    public long LearningTexts { get; init; }

    /// <summary>Sentences of the hosted model.</summary>
    public long HostedReasons { get; init; }

    /// <summary>Waiting writes that were withdrawn.</summary>
    public long Withdrawn { get; init; }

    /// <summary>Writes that were under way; each still ends, with a label and no text.</summary>
    public long UnderWay { get; init; }

    /// <summary>Notes that stand in the CRM and were worded from briefs about the same accounts. They may speak of it; nobody takes them away unasked.</summary>
    public long Notes { get; init; }

    /// <summary>Whether the bytes are gone from the database's own files, too; false where the server's vacuum or a reader still has to let go of them.</summary>
    public bool BytesGone { get; init; }
}
