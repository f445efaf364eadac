namespace CrmSync.Storage.Reading;

/// <summary>Read models over the ledger's tables, for pages and for the API. Thread-safe; each call opens and closes its own connection.</summary>
/// <param name="open">Opens a connection for reading.</param>
/// <param name="time">The clock.</param>
public sealed class LedgerReader(OpenLedger open, TimeProvider time)
{
    /// <summary>How things stand.</summary>
    public OverviewQueries Overview { get; } = new(open, time);

    /// <summary>Every intent with its outcome.</summary>
    public WriteLogQueries WriteLog { get; } = new(open);

    /// <summary>Activities as a list.</summary>
    public ActivityQueries Activities { get; } = new(open);

    /// <summary>One activity from raw text to the CRM's reply.</summary>
    public StoryQueries Stories { get; } = new(open);
}
