using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Segments.Learning;

namespace CrmSync.Pipeline.Jobs;

/// <summary>Reads what a claimed batch covers.</summary>
public interface IWorkReader
{
    /// <summary>The open scan of a scan batch; null where it was drained or abandoned meanwhile.</summary>
    Task<ScanWork?> ReadScanAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>The activities of a classify batch that are still queued.</summary>
    Task<IReadOnlyList<ActivityWork>> ReadActivitiesAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>The open intents of a write batch, all of one target type, ordered by target id.</summary>
    Task<IReadOnlyList<IntentWork>> ReadIntentsAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>Activities of a type that happened in a window and are neither gone nor erased, by ledger id, above <paramref name="afterId"/>.</summary>
    Task<IReadOnlyList<ActivityKey>> ReadActivityKeysAsync(
        long connectionId, ScanWindow window, long afterId, int limit, CancellationToken cancellationToken);
}

/// <summary>A scan to go on with.</summary>
public sealed record ScanWork(long ScanId, RunKind Kind, ScanWindow Window, string? Position);

/// <summary>An activity's ids in the ledger and in the CRM.</summary>
public readonly record struct ActivityKey(long ActivityId, string ExternalId);

/// <summary>An activity to decide about.</summary>
public sealed record ActivityWork(long ActivityId, string ObjectType, string ExternalId, ActivityContent Content, string ContentHash)
{
    /// <summary>Where answers about its account count from more certainty on than elsewhere.</summary>
    public IReadOnlyList<SegmentThreshold> Thresholds { get; init; } = [];
}

/// <summary>Where an intent stands. Stored in lower case.</summary>
public enum IntentStatus
{
    /// <summary>To be sent.</summary>
    Pending,

    /// <summary>About to be sent, or sent; committed before the request.</summary>
    Sending,

    /// <summary>Nobody knows whether it took effect; read the record.</summary>
    Unknown,

    /// <summary>The CRM holds it because we wrote it.</summary>
    Applied,

    /// <summary>The CRM held it already.</summary>
    Unchanged,

    /// <summary>The CRM holds a value that is not ours; it stays.</summary>
    Kept,

    /// <summary>The CRM refuses it for good, or the tries are used up.</summary>
    Rejected,

    /// <summary>A newer decision took its place before it was sent.</summary>
    Superseded,

    /// <summary>An operator put it away.</summary>
    Discarded,
}

/// <summary>Why something is written. Stored in lower case.</summary>
public enum IntentPurpose
{
    /// <summary>A decision asks for it.</summary>
    Label,

    /// <summary>An operator takes an earlier write of ours back.</summary>
    Undo,

    /// <summary>A decision asks for it, and an operator said that it overwrites what others set.</summary>
    Force,
}

/// <summary>Who set a value that is not ours.</summary>
public enum ValueActor
{
    /// <summary>A person.</summary>
    Human,

    /// <summary>Another program or a workflow.</summary>
    Automation,

    /// <summary>The CRM does not say.</summary>
    Unknown,
}

/// <summary>An open intent with what the ours-or-theirs rule needs.</summary>
public sealed record IntentWork
{
    /// <summary>Ledger id.</summary>
    public required long IntentId { get; init; }

    /// <summary>The decision that it speaks for.</summary>
    public long DecisionId { get; init; }

    /// <summary>Pending, Sending (a crash or lost answer in an earlier try) or Unknown.</summary>
    public required IntentStatus Status { get; init; }

    /// <summary>The CRM's object type.</summary>
    public required string TargetType { get; init; }

    /// <summary>The CRM's id.</summary>
    public required string TargetId { get; init; }

    /// <summary>The label property.</summary>
    public required string Property { get; init; }

    /// <summary>What it shall hold; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>Why it is written; what the guard lets through depends on it.</summary>
    public IntentPurpose Purpose { get; init; }

    /// <summary>Of an undo: what the write that it takes back left in the CRM. Only where that still stands may it be taken back.</summary>
    public string? Expected { get; init; }

    /// <summary>Of an undo: the shadow to put back beside the value, so that a value which was another's is theirs again.</summary>
    public string? Shadow { get; init; }

    /// <summary>For Sending and Unknown: what the CRM held before the request.</summary>
    public string? ValueBefore { get; init; }

    /// <summary>Confidence of the decision, 0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>The decision's reason, one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Versions for the CRM's version property.</summary>
    public required string TaxonomyVersion { get; init; }

    /// <summary>Version of rules or model.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>Whether an operator let it go, where the connection asks for that.</summary>
    public bool IsReleased { get; init; }

    /// <summary>
    /// Values of this property on this record that are ours: what the CRM returned for the last confirmed write, and every value sent since then
    /// whose fate was not confirmed.
    /// </summary>
    public required IReadOnlyList<string?> OurValues { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int Attempt { get; init; }

    /// <summary>"type/id" of the activity whose label this is, where the record is not the activity itself (nor its twin); null else.</summary>
    public string? SourceActivity { get; init; }
}

/// <summary>A transition of an intent. The ledger refuses none: the epoch fences the batch, and one batch holds an intent.</summary>
/// <param name="IntentId">The intent.</param>
/// <param name="Status">New state.</param>
public sealed record IntentChange(long IntentId, IntentStatus Status)
{
    /// <summary>Code of our registry.</summary>
    public string? Code { get; init; }

    /// <summary>Plain sentence.</summary>
    public string? Message { get; init; }

    /// <summary>The CRM's own words.</summary>
    public string? RemoteMessage { get; init; }

    /// <summary>The CRM's correlation id.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the CRM held when we looked.</summary>
    public string? ValueBefore { get; init; }

    /// <summary>What the shadow held when we looked; stored with the step to sending, so that an undo can put it back.</summary>
    public string? ShadowBefore { get; init; }

    /// <summary>What the CRM said it holds now.</summary>
    public string? ValueAfter { get; init; }

    /// <summary>Who set a kept value.</summary>
    public ValueActor? Actor { get; init; }
}
