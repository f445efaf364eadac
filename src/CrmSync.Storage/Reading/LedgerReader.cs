using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Storage.Reading;

/// <summary>Read models over the ledger's tables, for pages and for the API. Thread-safe; each call opens and closes its own connection.</summary>
/// <param name="ledger">Opens connections for reading.</param>
/// <param name="time">The clock.</param>
public sealed class LedgerReader(ILedgerReadConnections ledger, TimeProvider time)
{
    /// <summary>How things stand.</summary>
    public OverviewQueries Overview { get; } = new(ledger, time);

    /// <summary>The connections with what they hold.</summary>
    public ConnectionCards Connections { get; } = new(ledger, time);

    /// <summary>Every intent with its outcome.</summary>
    public WriteLogQueries WriteLog { get; } = new(ledger);

    /// <summary>What previews found.</summary>
    public PreviewQueries Previews { get; } = new(ledger);

    /// <summary>Activities as a list.</summary>
    public ActivityQueries Activities { get; } = new(ledger);

    /// <summary>One activity from raw text to the CRM's reply.</summary>
    public StoryQueries Stories { get; } = new(ledger);

    /// <summary>What is worth a person's look, and what people said.</summary>
    public ReviewQueries Reviews { get; } = new(ledger, time);

    /// <summary>Tables by id, for programs and files.</summary>
    public LedgerLists Lists { get; } = new(ledger);

    /// <summary>How the days' budgets stand.</summary>
    public BudgetQueries Budgets { get; } = new(ledger);

    /// <summary>Who changed what.</summary>
    public AuditQueries Audit { get; } = new(ledger);

    /// <summary>What was watched and told.</summary>
    public AlertQueries Alerts { get; } = new(ledger);

    /// <summary>What comparisons with the CRMs found.</summary>
    public CompletenessQueries Completeness { get; } = new(ledger);
}
