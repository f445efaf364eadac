using CrmSync.Storage.Reading.Jobs;
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

    /// <summary>How reviewing goes: who has done how much, what is left, how far people agree.</summary>
    public ReviewFigures ReviewFigures { get; } = new(ledger, time);

    /// <summary>What people say about automatic answers, week by week.</summary>
    public JudgedQueries Judged { get; } = new(ledger, time);

    /// <summary>Tables by id, for programs and files.</summary>
    public LedgerLists Lists { get; } = new(ledger);

    /// <summary>Schedules, runs, queues, dead letters.</summary>
    public JobQueries Jobs { get; } = new(ledger, time);

    /// <summary>How the days' budgets stand.</summary>
    public BudgetQueries Budgets { get; } = new(ledger);

    /// <summary>Who changed what.</summary>
    public AuditQueries Audit { get; } = new(ledger);

    /// <summary>What was watched and told.</summary>
    public AlertQueries Alerts { get; } = new(ledger);

    /// <summary>What comparisons with the CRMs found.</summary>
    public CompletenessQueries Completeness { get; } = new(ledger);

    /// <summary>What reps report about deals beside what their activities show.</summary>
    public HonestyQueries Honesty { get; } = new(ledger, time);

    /// <summary>Segments of accounts.</summary>
    public SegmentQueries Segments { get; } = new(ledger);

    /// <summary>What a reviewer of segments wants to know beside them.</summary>
    public SegmentReviewQueries SegmentReview { get; } = new(ledger);

    /// <summary>What was learned about segments.</summary>
    public MetricsQueries Metrics { get; } = new(ledger);

    /// <summary>Versions of specialist packs, and the records that their lines rest on.</summary>
    public PackQueries Packs { get; } = new(ledger);

    /// <summary>One write from the decision to the CRM's reply.</summary>
    public WriteStoryQueries Writes { get; } = new(ledger);

    /// <summary>Labels over time.</summary>
    public LabelDayQueries LabelDays { get; } = new(ledger);

    /// <summary>Whether anything changed.</summary>
    public LiveQueries Live { get; } = new(ledger);
}
