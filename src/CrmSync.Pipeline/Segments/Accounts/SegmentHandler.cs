using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>Works on segments: a search, or the assignment of a connection's accounts. Asks no CRM.</summary>
public sealed class SegmentHandler(ISegmentWorkStore store, SegmentSearch search, AccountAssigning assigning) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Segment;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(
        BatchContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (await store.ReadSegmentWorkAsync(context.Batch.Id, cancellationToken) is not { } work)
            yield break;
        var steps = work.Kind is RunKind.SegmentFit ? search.RunAsync(work, context.Clock, cancellationToken) : assigning.RunAsync(context.Connection, cancellationToken);
        await foreach (var step in steps)
            yield return step;
    }
}
