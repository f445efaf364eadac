namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>What is known of the accounts of one segment. Texts have no personal data any more; nothing here is checked again for it.</summary>
/// <param name="Segment">Permanent key of the segment.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Accounts">Its accounts; the order does not matter.</param>
public sealed record SegmentFacts(string Segment, string Name, IReadOnlyList<AccountFacts> Accounts)
{
    /// <summary>All deals of its accounts.</summary>
    public IEnumerable<DealFacts> Deals => Accounts.SelectMany(account => account.Deals);
}

/// <summary>One account.</summary>
/// <param name="Id">Key of the account.</param>
public sealed record AccountFacts(string Id)
{
    /// <summary>Its activities, in any order.</summary>
    public IReadOnlyList<NoteFacts> Notes { get; init; } = [];

    /// <summary>Its deals.</summary>
    public IReadOnlyList<DealFacts> Deals { get; init; } = [];

    /// <summary>Industry in the CRM's words; null where it says none.</summary>
    public string? Industry { get; init; }

    /// <summary>Country or region in the CRM's words; null where it says none.</summary>
    public string? Region { get; init; }

    /// <summary>People who work there; null where the CRM does not say.</summary>
    public long? Employees { get; init; }

    /// <summary>Job titles of its contacts, by the contact's key. Titles, never names.</summary>
    public IReadOnlyDictionary<string, string> Titles { get; init; } = new Dictionary<string, string>();
}

/// <summary>Which side wrote or spoke.</summary>
public enum NoteSide
{
    /// <summary>Not known, such as an internal note or a meeting.</summary>
    Unknown,

    /// <summary>The customer.</summary>
    Customer,

    /// <summary>The seller.</summary>
    Seller,
}

/// <summary>One activity.</summary>
/// <param name="Id">The activity's id.</param>
/// <param name="At">When it happened.</param>
/// <param name="Text">Newly written text without personal data.</param>
/// <param name="Side">Who wrote it.</param>
/// <param name="IsMeeting">Whether it is a meeting that took place.</param>
/// <param name="Contact">Key of the contact that it was with, as in <see cref="AccountFacts.Titles"/>; null where that is not known.</param>
public sealed record NoteFacts(string Id, DateTimeOffset At, string Text, NoteSide Side = NoteSide.Unknown, bool IsMeeting = false, string? Contact = null);

/// <summary>How a deal stands.</summary>
public enum DealOutcome
{
    /// <summary>Still open.</summary>
    Open,

    /// <summary>Won.</summary>
    Won,

    /// <summary>Lost.</summary>
    Lost,
}

/// <summary>One deal.</summary>
/// <param name="Id">Key of the deal.</param>
/// <param name="Account">Key of its account.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Outcome">How it stands.</param>
public sealed record DealFacts(string Id, string Account, DateTimeOffset CreatedAt, DealOutcome Outcome)
{
    /// <summary>When it was won or lost; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Key of the rep; null where that is not known.</summary>
    public string? Owner { get; init; }

    /// <summary>Amount in <see cref="Currency"/>; null where nobody entered one.</summary>
    public decimal? Amount { get; init; }

    /// <summary>ISO 4217 code; empty where the CRM has only one currency and does not name it.</summary>
    public string Currency { get; init; } = "";

    /// <summary>Every stage that it entered, oldest first.</summary>
    public IReadOnlyList<StageEntry> Stages { get; init; } = [];
}

/// <summary>A deal entered a stage.</summary>
/// <param name="Stage">Key or name of the stage.</param>
/// <param name="Position">Its place in the pipeline, from 0.</param>
/// <param name="At">When.</param>
public readonly record struct StageEntry(string Stage, int Position, DateTimeOffset At);
