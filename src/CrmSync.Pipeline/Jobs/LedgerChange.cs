using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Pipeline.WriteBack.Previews;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Everything that one step of a batch wants saved. The runner commits it whole, in one transaction fenced by the batch's epoch, or not at all.
/// </summary>
public sealed record LedgerChange
{
    /// <summary>Saves nothing and renews the lease.</summary>
    public static readonly LedgerChange Renewal = new();

    /// <summary>
    /// Activities read from the CRM. New ones, and ones whose content hash differs from the stored one, are queued for a decision (and covered
    /// by new classify batches of up to 200 in the same transaction); for the others only times, owner and links are refreshed.
    /// An activity whose key was erased is ignored.
    /// </summary>
    public IReadOnlyList<CrmActivity> Activities { get; init; } = [];

    /// <summary>Deals, companies and people read from the CRM; new and changed ones are stored, stage histories are added to.</summary>
    public CrmRecords Records { get; init; } = CrmRecords.None;

    /// <summary>Owners and stages as they are now; those that are missing are kept and marked as gone.</summary>
    public CrmDirectory? Directory { get; init; }

    /// <summary>Activities that are not in the CRM any more: marked, never deleted; their open intents are rejected as gone.</summary>
    public GoneActivities? Gone { get; init; }

    /// <summary>Links as they are now; where that changes which record holds an activity's label, intents follow.</summary>
    public IReadOnlyList<ActivityLinks> Links { get; init; } = [];

    /// <summary>Stored activities, by ledger id, to be decided about again; those that are not decided about at present are left alone.</summary>
    public IReadOnlyList<long> Again { get; init; } = [];

    /// <summary>Progress of the scan that this batch drains.</summary>
    public ScanProgress? Scan { get; init; }

    /// <summary>How far the search for segments is that this batch carries out.</summary>
    public SearchStep? Search { get; init; }

    /// <summary>What the embeddings endpoint told a search or an assignment.</summary>
    public VectorStep? Vectors { get; init; }

    /// <summary>What that search found.</summary>
    public FoundSegments? Found { get; init; }

    /// <summary>Accounts that were looked at, with their segments.</summary>
    public AccountStep? Accounts { get; init; }

    /// <summary>The segment that was learned from, with its figures.</summary>
    public LearnStep? Learned { get; init; }

    /// <summary>Progress of the comparison with the CRM that this batch works on.</summary>
    public ReconcileProgress? Reconcile { get; init; }

    /// <summary>Decisions, each with the write that follows from it.</summary>
    public IReadOnlyList<DecisionRow> Decisions { get; init; } = [];

    /// <summary>Activities that the local steps decided about; what the share of questions to the hosted model is measured by.</summary>
    public int Considered { get; init; }

    /// <summary>Questions for the hosted model. Each belongs to a decision of this step that is unsure.</summary>
    public IReadOnlyList<AskRow> Asks { get; init; } = [];

    /// <summary>What became of questions.</summary>
    public IReadOnlyList<AskOutcome> AskOutcomes { get; init; } = [];

    /// <summary>What the hosted model's calls of this step cost.</summary>
    public IReadOnlyList<HostedSpending> Spending { get; init; } = [];

    /// <summary>Progress of a batch at the hosted model's endpoint.</summary>
    public RemoteStep? Remote { get; init; }

    /// <summary>Activities that wait, such as meetings that have not ended.</summary>
    public IReadOnlyList<WaitingActivity> Waiting { get; init; } = [];

    /// <summary>Activities that cannot be decided, with the reason.</summary>
    public IReadOnlyList<DeadActivity> Dead { get; init; } = [];

    /// <summary>Transitions of intents; each appends an outcome.</summary>
    public IReadOnlyList<IntentChange> Intents { get; init; } = [];

    /// <summary>Transitions of briefs' notes.</summary>
    public IReadOnlyList<NoteChange> Notes { get; init; } = [];

    /// <summary>What a preview found; no intent is moved by it.</summary>
    public PreviewStep? Preview { get; init; }

    /// <summary>Whether the next rows of the run's act are to be dealt with; which those are, the ledger knows.</summary>
    public bool ActStep { get; init; }

    /// <summary>Lines for the run's log.</summary>
    public IReadOnlyList<LogLine> Log { get; init; } = [];

    /// <summary>Calls sent to the CRM since the last change of this batch.</summary>
    public long Requests { get; init; }

    /// <summary>How the batch ends; null while it goes on (the commit renews the lease).</summary>
    public BatchEnding? Ending { get; init; }

    /// <summary>
    /// How many records a write batch of this connection takes; the runner says so with every step of a batch whose connector it knows. Null forms no batches with
    /// this step.
    /// </summary>
    public int? WriteBatchSize { get; init; }
}

/// <summary>Where a scan stands after a page.</summary>
/// <param name="ScanId">The scan.</param>
/// <param name="Position">Opaque position to go on from; null together with <paramref name="Drained"/>.</param>
/// <param name="Drained">Whether nothing is left; a drained settled or backfill scan moves the watermark to its end, never back.</param>
/// <param name="Seen">Rows of this page.</param>
/// <param name="Skipped">Rows of this page that were left out on purpose.</param>
public sealed record ScanProgress(long ScanId, string? Position, bool Drained, int Seen, int Skipped);

/// <summary>A decision to store.</summary>
/// <param name="ActivityId">The activity.</param>
/// <param name="ContentHash">Hash of the content that was decided about; the decision is dropped where the content has changed since.</param>
/// <param name="Decision">The decision.</param>
/// <param name="Write">The write that follows; null where nothing is written (unsure).</param>
public sealed record DecisionRow(long ActivityId, string ContentHash, LabelDecision Decision, PlannedWrite? Write)
{
    /// <summary>The question that this answers; the decision is dropped where that is no longer open.</summary>
    public long? AskId { get; init; }

    /// <summary><see cref="ShownText.Hash"/>; null where nobody worked it out.</summary>
    public string? TextHash { get; init; }

    /// <summary>Share of the tokens of the call that gave this answer; null where none was made for it.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The price of these tokens, in millionths of a US dollar.</summary>
    public long? CostMicros { get; init; }

    /// <summary>The hosted model's own sentence, free of personal data; stored apart, erasable.</summary>
    public string? HostedReason { get; init; }
}

/// <summary>
/// A write that follows from a decision. Which records it goes to follows from the activity, its links and the connection's label places
/// (<see cref="WriteBack.LabelTargets"/>); the ledger works that out in the same transaction, and again when links or places change.
/// </summary>
/// <param name="Property">The label property.</param>
/// <param name="Value">The CRM value; null clears a label that is ours and asks for nothing where we never wrote one.</param>
public sealed record PlannedWrite(string Property, string? Value);

/// <summary>Activities of one type that are gone.</summary>
public sealed record GoneActivities(string ObjectType, IReadOnlyList<string> ExternalIds);

/// <summary>The links of one activity, whole.</summary>
public sealed record ActivityLinks(long ActivityId, IReadOnlyList<Association> Links);

/// <summary>An activity that is decided later.</summary>
public sealed record WaitingActivity(long ActivityId, string ContentHash, DateTimeOffset Until);

/// <summary>An activity that cannot be decided.</summary>
public sealed record DeadActivity(long ActivityId, string Code, string Message);

/// <summary>A line of a run's log: ids, counts and codes, never text of a record.</summary>
public sealed record LogLine(LogSeverity Level, string Code, string Message);

/// <summary>How bad a log line is.</summary>
public enum LogSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,

    /// <summary>Something was put off or put aside.</summary>
    Warning,

    /// <summary>A person should act.</summary>
    Error,
}

/// <summary>What a commit did.</summary>
/// <param name="Held">Whether the lease was still ours; when not, nothing at all was saved.</param>
/// <param name="LeaseEndsAt">End of the renewed lease, by this process's clock.</param>
/// <param name="NewBatches">Batches made in the transaction, to be handed to the engine now.</param>
public sealed record CommitResult(bool Held, DateTimeOffset LeaseEndsAt, IReadOnlyList<BatchRef> NewBatches)
{
    /// <summary>Whether the step was saved and the batch given back, because a person holds or stopped its run; no further step can be saved.</summary>
    public bool Stopped { get; init; }
}
