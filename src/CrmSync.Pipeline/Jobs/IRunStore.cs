using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>What a run does. Stored in lower snake case.</summary>
public enum RunKind
{
    /// <summary>Scan up to now, for low latency; moves no watermark.</summary>
    PollFresh,

    /// <summary>Scan up to a settled instant; moves the watermark.</summary>
    PollSettled,

    /// <summary>Hourly settled scan that reaches further back, for index lag.</summary>
    PollReachBack,

    /// <summary>A range asked for by a person, at lower priority.</summary>
    Backfill,

    /// <summary>Deals, companies, people, owners and stages that changed.</summary>
    PollRecords,

    /// <summary>Links of recent activities, read anew where the CRM does not tell that they changed.</summary>
    PollLinks,

    /// <summary>Activities that were archived, deleted or merged away.</summary>
    PollGone,

    /// <summary>Stored activities decided about again because a taxonomy has a new version; the CRM is not read.</summary>
    Relabel,

    /// <summary>What waiting writes would change, record by record; nothing is sent.</summary>
    Preview,

    /// <summary>Waiting writes of a connection that asks for approval, let go by an operator.</summary>
    Approve,

    /// <summary>Rejected writes, or activities that could not be decided about, tried again.</summary>
    Retry,

    /// <summary>Waiting or rejected writes, put away for good.</summary>
    Discard,

    /// <summary>Applied writes taken back where we are still the last writer.</summary>
    Undo,

    /// <summary>Kept values overwritten on an operator's explicit word.</summary>
    Force,

    /// <summary>Counts and ids of a window compared with the CRM's, gaps repaired.</summary>
    Reconcile,

    /// <summary>Segments looked for in the notes of all connections' accounts; the run stands under one of them.</summary>
    SegmentFit,

    /// <summary>Accounts assigned to segments: those with new or changed activities, and those whose segments people changed.</summary>
    SegmentAssign,

    /// <summary>Approved segments of all connections' accounts learned from: figures, packs, proposals; the run stands under one connection.</summary>
    SegmentLearn,
}

/// <summary>Which state a run is in.</summary>
public enum RunStatus
{
    /// <summary>Batches are open.</summary>
    Running,

    /// <summary>All batches ended, none discarded.</summary>
    Completed,

    /// <summary>All batches ended, some were discarded.</summary>
    Failed,

    /// <summary>Stopped by a person.</summary>
    Cancelled,

    /// <summary>Held by a person: its batches wait until it is resumed.</summary>
    Paused,
}

/// <summary>A run to start.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="ConnectionId">Where.</param>
/// <param name="RequestedBy">"schedule", "notice", "first look", or a person's name; what a person starts stands in the audit.</param>
/// <param name="Scans">The scans it consists of.</param>
public sealed record RunRequest(RunKind Kind, long ConnectionId, string RequestedBy, IReadOnlyList<ScanPlan> Scans)
{
    /// <summary>
    /// The schedule that fired, if any. A schedule fires in a host, which hands the batches to its engine at once; a run that anybody else asks for is left to
    /// the hosts' sweep, so that a command beside a host needs no engine.
    /// </summary>
    public string? ScheduleKey { get; init; }

    /// <summary>Whether a person asked for it.</summary>
    public bool IsPersons => RequestedBy is not ("schedule" or "notice" or "first look");

    /// <summary>How many activities the run is expected to read, where it was counted before; for progress and its end.</summary>
    public long? Expected { get; init; }

    /// <summary>The key of the schedule, or the id of the run, after whose likeness a person asked for it; stands among the run's arguments.</summary>
    public string? Origin { get; init; }
}

/// <summary>A scan to start, with a window fixed now.</summary>
public sealed record ScanPlan(string ObjectType, DateTimeOffset From, DateTimeOffset To);

/// <summary>A run's state and counters.</summary>
public sealed record RunSummary(
    long Id, RunKind Kind, long ConnectionId, RunStatus Status, string RequestedBy, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt,
    long Seen, long Stored, long Labelled, long Abstained, long Unsure, long Skipped,
    long Applied, long Unchanged, long Kept, long Rejected, long Dead, long Requests, int OpenBatches)
{
    /// <summary>How many activities it was expected to read; null where nobody counted.</summary>
    public long? Expected { get; init; }
}

/// <summary>Runs, watermarks and the connections they belong to.</summary>
public interface IRunStore
{
    /// <summary>
    /// Makes a run with a scan and a batch per plan. A plan is left out where a scan of that kind and type is still open on the connection.
    /// </summary>
    /// <returns>The run, or null where every plan was left out; and the batches to hand to the engine.</returns>
    Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(RunRequest request, CancellationToken cancellationToken);

    /// <summary>A run, or null.</summary>
    Task<RunSummary?> FindAsync(long runId, CancellationToken cancellationToken);

    /// <summary>
    /// Holds a running run, lets a held one go on, or stops it for good, with an audit row. A batch under way ends its step first; one of a held run is not claimed.
    /// </summary>
    /// <returns>Whether the run was in a state that allows it.</returns>
    Task<bool> ChangeAsync(long runId, RunStatus status, string actor, CancellationToken cancellationToken);

    /// <summary>
    /// Notes the account that a connection belongs to, the first time that it is known; later ones change nothing.
    /// </summary>
    /// <returns>The account that the connection belongs to for good.</returns>
    Task<string> BindAccountAsync(long connectionId, string accountId, CancellationToken cancellationToken);

    /// <summary>Per object type: the watermark, and the end of the last drained fresh scan; absent where there is none.</summary>
    Task<IReadOnlyDictionary<string, ScanMarks>> ReadMarksAsync(long connectionId, CancellationToken cancellationToken);

    /// <summary>
    /// Registers the configured connections under their permanent keys. Name and kind follow the configuration; write mode and start of history are seeded
    /// once. A key that changes its kind is refused with an <see cref="InvalidOperationException"/> saying so.
    /// </summary>
    Task<IReadOnlyList<Connection>> RegisterConnectionsAsync(IReadOnlyList<ConnectionSeed> seeds, CancellationToken cancellationToken);

    /// <summary>All connections as they are now.</summary>
    Task<IReadOnlyList<Connection>> ListConnectionsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Sets the write mode, with who, when and why, and writes the audit row. A pause remembers the mode to go back to, and goes back by itself where it was given an
    /// end; a pause of what is paused moves its end and keeps what it remembers. Asking twice is harmless: the second answer says that nothing changed.
    /// </summary>
    Task<ModeOutcome> SetWriteModeAsync(long connectionId, ModeChange change, CancellationToken cancellationToken);
}

/// <summary>How far polling has come for one object type.</summary>
/// <param name="Watermark">All that was modified up to here is stored.</param>
/// <param name="LastFreshTo">End of the last drained fresh scan.</param>
public sealed record ScanMarks(DateTimeOffset? Watermark, DateTimeOffset? LastFreshTo);

/// <summary>A connection of the configuration.</summary>
public sealed record ConnectionSeed(string Key, string Kind, string Name, WriteMode WriteMode, DateTimeOffset BackfillFrom);
