namespace CrmSync.Storage.Reading;

/// <summary>Everything that the first page shows, read at one time.</summary>
public sealed record OverviewSnapshot
{
    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The connections and how far each has come.</summary>
    public required IReadOnlyList<ConnectionProgress> Connections { get; init; }

    /// <summary>What happened per minute in the last hour.</summary>
    public required FlowView Flow { get; init; }

    /// <summary>Current decisions by taxonomy, status and label.</summary>
    public required IReadOnlyList<LabelCount> Labels { get; init; }

    /// <summary>Open batches by kind and status.</summary>
    public required IReadOnlyList<BatchCount> Batches { get; init; }

    /// <summary>How the hosted model stands.</summary>
    public required HostedView Hosted { get; init; }

    /// <summary>Running runs, then the newest ones that did something.</summary>
    public required IReadOnlyList<RunView> Runs { get; init; }

    /// <summary>What went wrong in the last 24 hours, the same things together, newest first.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>Hosts that have not been stopped.</summary>
    public required IReadOnlyList<NodeView> Nodes { get; init; }
}

/// <summary>How far one connection has come.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Objects">Per object type; empty where it was never polled.</param>
/// <param name="Queued">Activities that wait for a decision.</param>
/// <param name="Waiting">Activities that are decided later, such as meetings to come.</param>
/// <param name="OpenIntents">Writes that are not settled.</param>
/// <param name="OldestQueuedAt">Since when the oldest activity waits for its decision.</param>
/// <param name="OldestIntentAt">Since when the oldest write that was never tried waits.</param>
/// <param name="Stuck">Open writes that were tried and are not settled.</param>
/// <param name="OldestStuckAt">Since when the oldest of them is open.</param>
public sealed record ConnectionProgress(
    ConnectionView Connection, IReadOnlyList<ObjectProgress> Objects, long Queued, long Waiting, long OpenIntents,
    DateTimeOffset? OldestQueuedAt, DateTimeOffset? OldestIntentAt, long Stuck, DateTimeOffset? OldestStuckAt)
{
    /// <summary>All that was modified in the CRM up to here has been read, whatever the object type; null before the first drained scan of each.</summary>
    public DateTimeOffset? ReadUpTo => Objects.Count == 0 || Objects.Any(o => o.ReadUpTo is null) ? null : Objects.Min(o => o.ReadUpTo);

    /// <summary>
    /// How far the CRM's labels are behind the CRM's activities: the age of the oldest thing not read, not decided or never sent. A write
    /// that was tried and is not settled is told apart, since one of them says nothing about the others. Null before the first scan.
    /// </summary>
    public TimeSpan? Behind(DateTimeOffset now)
    {
        if (ReadUpTo is not { } readUpTo)
            return null;
        var oldest = readUpTo;
        if (OldestQueuedAt < oldest)
            oldest = OldestQueuedAt.Value;
        if (Connection.WriteMode == "on" && OldestIntentAt < oldest)
            oldest = OldestIntentAt.Value;
        return now > oldest ? now - oldest : TimeSpan.Zero;
    }
}

/// <summary>How far one object type has come.</summary>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="Watermark">All modified up to here is stored for good.</param>
/// <param name="ReadUpTo">End of the newest drained scan's window.</param>
/// <param name="DrainedAt">When the last scan of it was drained.</param>
public sealed record ObjectProgress(string ObjectType, DateTimeOffset? Watermark, DateTimeOffset? ReadUpTo, DateTimeOffset? DrainedAt);

/// <summary>Counts per minute, oldest first; the last minute is still going on.</summary>
/// <param name="From">Start of the first minute.</param>
/// <param name="Stored">New or changed activities.</param>
/// <param name="Decided">Decisions of all kinds.</param>
/// <param name="Applied">Labels that the CRM took.</param>
public sealed record FlowView(DateTimeOffset From, IReadOnlyList<long> Stored, IReadOnlyList<long> Decided, IReadOnlyList<long> Applied);

/// <summary>How many activities hold an answer now.</summary>
public sealed record LabelCount
{
    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary><c>decided</c>, <c>abstained</c> or <c>unsure</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Label id; null where abstained.</summary>
    public string? Label { get; init; }

    /// <summary>Activities.</summary>
    public long Count { get; init; }
}

/// <summary>Open batches of one kind and status.</summary>
public sealed record BatchCount
{
    /// <summary><c>scan</c>, <c>classify</c>, <c>ask</c> or <c>write</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary><c>available</c>, <c>scheduled</c>, <c>retryable</c> or <c>running</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Batches.</summary>
    public long Count { get; init; }

    /// <summary>Activities or records that they cover.</summary>
    public long Size { get; init; }
}

/// <summary>A run with its counters.</summary>
public sealed record RunView
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>poll_fresh, poll_settled, poll_reach_back, poll_records, poll_links, poll_gone, backfill or relabel.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The connection.</summary>
    public long ConnectionId { get; init; }

    /// <summary>running, paused, completed, failed or cancelled.</summary>
    public string Status { get; init; } = "";

    /// <summary>Who asked for it.</summary>
    public string RequestedBy { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>Unix milliseconds; null while it runs.</summary>
    public long? FinishedAt { get; init; }

    /// <summary>Rows the CRM gave.</summary>
    public long Seen { get; init; }

    /// <summary>New or changed ones.</summary>
    public long Stored { get; init; }

    /// <summary>Decisions with a label.</summary>
    public long Labelled { get; init; }

    /// <summary>Labels that the CRM took.</summary>
    public long Applied { get; init; }

    /// <summary>Writes refused for good.</summary>
    public long Rejected { get; init; }

    /// <summary>Calls to the CRM.</summary>
    public long Requests { get; init; }
}

/// <summary>A host.</summary>
public sealed record NodeView
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Unix milliseconds of the last sign of life.</summary>
    public long SeenAt { get; init; }
}

/// <summary>Where a problem was noticed.</summary>
public enum ProblemKind
{
    /// <summary>A line of a run's log.</summary>
    Log,

    /// <summary>Batches that were given up.</summary>
    DeadBatch,

    /// <summary>Activities that cannot be decided.</summary>
    DeadActivity,

    /// <summary>Writes that the CRM refused for good.</summary>
    RejectedWrite,
}

/// <summary>The same thing going wrong, once or often.</summary>
/// <param name="Kind">Where it was noticed.</param>
/// <param name="IsError">True where a person should act; false where something was put off.</param>
/// <param name="Code">Code of our registry.</param>
/// <param name="ConnectionId">The connection, if it belongs to one.</param>
/// <param name="Count">How often.</param>
/// <param name="LastAt">When last.</param>
/// <param name="Message">Plain sentence of the last one.</param>
public sealed record Problem(ProblemKind Kind, bool IsError, string Code, long? ConnectionId, long Count, DateTimeOffset LastAt, string Message)
{
    /// <summary>The message without the code that some begin with, since pages show the code beside it.</summary>
    public string Sentence => Message.StartsWith(Code + ": ", StringComparison.Ordinal) ? Message[(Code.Length + 2)..] : Message;
}
