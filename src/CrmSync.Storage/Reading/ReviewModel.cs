using CrmSync.Pipeline.Review;

namespace CrmSync.Storage.Reading;

/// <summary>An answer that a person may judge.</summary>
public sealed record ReviewRow
{
    /// <summary>The activity's ledger id.</summary>
    public long ActivityId { get; init; }

    /// <summary>Its connection.</summary>
    public long ConnectionId { get; init; }

    /// <summary>Key of the connection.</summary>
    public string ConnectionKey { get; init; } = "";

    /// <summary>Name of the connection.</summary>
    public string ConnectionName { get; init; } = "";

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>One of <see cref="ActivityFilter.Types"/>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long OccurredAt { get; init; }

    /// <summary>Raw and untrusted.</summary>
    public string Subject { get; init; } = "";

    /// <summary>First 400 characters of the body, raw and untrusted.</summary>
    public string Opening { get; init; } = "";

    /// <summary>The content that is judged.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>decided, abstained or unsure; empty where nothing is decided.</summary>
    public string Status { get; init; } = "";

    /// <summary>Label id; the best guess where unsure; null where abstained.</summary>
    public string? Label { get; init; }

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>The step that decided.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>Its reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>JSON of rule ids and spans.</summary>
    public string Evidence { get; init; } = "[]";

    /// <summary>What the CRM held when the guard kept it; null where nothing was kept or the value was cleared.</summary>
    public string? KeptValue { get; init; }

    /// <summary>Who set it: automation, unknown; null where nothing was kept.</summary>
    public string? KeptActor { get; init; }
}

/// <summary>A row of the queue with its reasons.</summary>
public sealed record ReviewQueueRow(ReviewRow Row, IReadOnlyList<ReviewReason> Reasons, int AlsoLike)
{
    /// <summary>The double review that it waits for; null for a row that is judged openly.</summary>
    public long? DoubleReviewId { get; init; }

    /// <summary>What the other side says: the hosted model's or the suspecting model's label; null where there is no other side, or it abstains.</summary>
    public string? Other { get; init; }
}

/// <summary>Which rows somebody wants to look at.</summary>
public enum ReviewQueueKind
{
    /// <summary>The most useful of every kind.</summary>
    Mixed,

    /// <summary>The least sure answers.</summary>
    LeastSure,

    /// <summary>Rows drawn by chance.</summary>
    Audit,

    /// <summary>Rows about which the CRM, the hosted model and the local one differ.</summary>
    Disagreements,

    /// <summary>Corrections that look wrong.</summary>
    Suspects,

    /// <summary>Rows that another person has judged, to be judged without seeing the answer.</summary>
    SecondLook,
}

/// <summary>Two people's differing answers, to be settled.</summary>
public sealed record ReviewDispute
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>The activity.</summary>
    public long ActivityId { get; init; }

    /// <summary>Raw and untrusted; empty where erased.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Who answered first.</summary>
    public string FirstBy { get; init; } = "";

    /// <summary>Label id; null: no definition covers it.</summary>
    public string? FirstLabel { get; init; }

    /// <summary>Who answered second.</summary>
    public string SecondBy { get; init; } = "";

    /// <summary>Label id; null: no definition covers it.</summary>
    public string? SecondLabel { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long SecondAt { get; init; }

    /// <summary>Of the content that both judged.</summary>
    public string ContentHash { get; init; } = "";
}

/// <summary>What one person has reviewed.</summary>
public sealed record ReviewerProgress
{
    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>In the last 24 hours.</summary>
    public long Day { get; init; }

    /// <summary>In the last seven days.</summary>
    public long Week { get; init; }

    /// <summary>Of these, other than what stood before.</summary>
    public long Changed { get; init; }
}

/// <summary>What is left.</summary>
/// <param name="Unsure">Answers below their threshold.</param>
/// <param name="Second">Rows that wait for this person as the second one.</param>
/// <param name="Disputes">Rows about which two people differ.</param>
public sealed record ReviewLeft(CappedCount Unsure, long Second, long Disputes);

/// <summary>A correction as pages show it.</summary>
public sealed record CorrectionView
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>The activity.</summary>
    public long ActivityId { get; init; }

    /// <summary>Its subject, raw and untrusted; empty where erased.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Taxonomy id.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>The right label; null: no definition covers it.</summary>
    public string? Label { get; init; }

    /// <summary>What stood before; null where abstained, or where nothing stood.</summary>
    public string? FormerLabel { get; init; }

    /// <summary>decided, abstained, unsure; null where nothing stood.</summary>
    public string? FormerStatus { get; init; }

    /// <summary>console, file or crm.</summary>
    public string Source { get; init; } = "";

    /// <summary>Who said it.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Unix milliseconds; null while it stands.</summary>
    public long? UndoneAt { get; init; }

    /// <summary>Who took it back.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>1 while the activity still has the content that was judged.</summary>
    public long Binds { get; init; }
}
