using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>What comparisons need of the ledger. Thread-safe; what they find travels as <see cref="ReconcileProgress"/> with the batch's commits.</summary>
public interface IReconcileStore
{
    /// <summary>
    /// Makes a run with a comparison and a batch per window, with an audit row where a person asked. A window is left out where a comparison of its type is still open on
    /// the connection.
    /// </summary>
    /// <returns>The run, or null where every window was left out; and the batches to hand to the engine.</returns>
    Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(ReconcileRequest request, CancellationToken cancellationToken);

    /// <summary>The comparison of a batch that is not finished yet; null where it is.</summary>
    Task<ReconcileWork?> ReadComparisonAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>How many activities of a window are ours and not gone; erased ones count, because their keys are kept.</summary>
    Task<long> CountAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken);

    /// <summary>The ids of that window, with the modified times that we know.</summary>
    Task<IReadOnlyList<IdStamp>> ReadIdsAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken);

    /// <summary>What the ledger knows of ids, whatever their time; absent where it knows nothing.</summary>
    Task<IReadOnlyDictionary<string, KnownKey>> FindKeysAsync(long connectionId, string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken);

    /// <summary>
    /// The next labels that we wrote last and that the CRM should therefore hold, those of the records changed last first. A label about which something newer is known
    /// (a write under way, a value that was kept, an undo) is left out.
    /// </summary>
    Task<IReadOnlyList<WrittenLabel>> ReadLabelsAsync(
        long connectionId, CompareWindow window, LabelCursor? after, int limit, CancellationToken cancellationToken);

    /// <summary>Which of these labels are still what we wrote last, with nothing newer known.</summary>
    Task<IReadOnlySet<long>> StillLastAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken);

    /// <summary>What a comparison has found so far.</summary>
    Task<CompletenessTotals> ReadTotalsAsync(long completenessId, CancellationToken cancellationToken);
}

/// <summary>Comparisons to start.</summary>
/// <param name="ConnectionId">Where.</param>
/// <param name="RequestedBy">"schedule", "command line" or a person's name.</param>
/// <param name="Windows">One per object type.</param>
/// <param name="ByIds">Whether ids are compared even where counts agree.</param>
/// <param name="Labels">Labels to read back per type; null for all.</param>
public sealed record ReconcileRequest(long ConnectionId, string RequestedBy, IReadOnlyList<CompareWindow> Windows, bool ByIds, long? Labels)
{
    /// <summary>The schedule that fired, if any; see <see cref="RunRequest.ScheduleKey"/>.</summary>
    public string? ScheduleKey { get; init; }
}

/// <summary>A comparison to go on with.</summary>
/// <param name="CompletenessId">Its row.</param>
/// <param name="Window">What is compared.</param>
/// <param name="ByIds">Whether ids are compared even where counts agree.</param>
/// <param name="Labels">Labels to read back; null for all.</param>
/// <param name="Position">Where it stands, as <see cref="ReconcilePosition"/> writes it; null at the begin.</param>
public sealed record ReconcileWork(long CompletenessId, CompareWindow Window, bool ByIds, long? Labels, string? Position);

/// <summary>What the ledger knows of a key.</summary>
/// <param name="ModifiedAt">The modified time of the version that it holds.</param>
/// <param name="IsErased">Whether its personal data was erased, so that nothing of it may come back.</param>
/// <param name="IsGone">Whether it is marked as gone from the CRM.</param>
public readonly record struct KnownKey(DateTimeOffset ModifiedAt, bool IsErased, bool IsGone);

/// <summary>A label that we wrote last.</summary>
/// <param name="IntentId">The confirmed write.</param>
/// <param name="ActivityId">The activity whose label it is.</param>
/// <param name="Target">The record that holds it.</param>
/// <param name="Property">The label property.</param>
/// <param name="Value">What the CRM returned then; null for blank.</param>
/// <param name="ModifiedAt">The activity's modified time: where the list goes on.</param>
public sealed record WrittenLabel(long IntentId, long ActivityId, LabelTarget Target, string Property, string? Value, DateTimeOffset ModifiedAt)
{
    /// <summary>The place of this label in the list.</summary>
    public LabelCursor Cursor => new(ModifiedAt, ActivityId, IntentId);
}

/// <summary>A place in the list of labels, which goes from the record changed last to the one changed first.</summary>
public readonly record struct LabelCursor(DateTimeOffset ModifiedAt, long ActivityId, long IntentId);

/// <summary>What a comparison has found.</summary>
/// <param name="CrmRows">Activities in the CRM.</param>
/// <param name="LedgerRows">Activities with us, when first compared.</param>
/// <param name="Missing">In the CRM and not with us, or with us in an older version.</param>
/// <param name="MissingOpen">Of these, still missing.</param>
/// <param name="Extra">With us, and not in the CRM any more; all of them are marked as gone.</param>
/// <param name="CheckedLabels">Labels that were read back.</param>
/// <param name="Drifted">Of these, labels that read otherwise than we wrote them.</param>
/// <param name="DriftedByPeople">Of these, set by a person as far as the CRM tells.</param>
public sealed record CompletenessTotals(
    long CrmRows, long LedgerRows, long Missing, long MissingOpen, long Extra, long CheckedLabels, long Drifted, long DriftedByPeople);
