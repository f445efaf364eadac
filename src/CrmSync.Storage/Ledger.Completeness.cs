using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Storage.Completeness;

namespace CrmSync.Storage;

/// <content>Comparisons with the CRMs.</content>
public sealed partial class Ledger : IReconcileStore
{
    private ReconcileReading Comparisons => new(_database);

    /// <inheritdoc/>
    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(ReconcileRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ReconcileStarts(_database).StartAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ReconcileWork?> ReadComparisonAsync(long batchId, CancellationToken cancellationToken) => Comparisons.ReadComparisonAsync(batchId, cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        return Comparisons.CountAsync(connectionId, window, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<IdStamp>> ReadIdsAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        return Comparisons.ReadIdsAsync(connectionId, window, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, KnownKey>> FindKeysAsync(
        long connectionId, string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Comparisons.FindKeysAsync(connectionId, objectType, ids, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WrittenLabel>> ReadLabelsAsync(
        long connectionId, CompareWindow window, LabelCursor? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        return Comparisons.ReadLabelsAsync(connectionId, window, after, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlySet<long>> StillLastAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(intentIds);
        return Comparisons.StillLastAsync(intentIds, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CompletenessTotals> ReadTotalsAsync(long completenessId, CancellationToken cancellationToken) => Comparisons.ReadTotalsAsync(completenessId, cancellationToken);
}
