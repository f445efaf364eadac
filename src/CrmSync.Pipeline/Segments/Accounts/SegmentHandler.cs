using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Learning;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>Works on segments: a search, the assignment of a connection's accounts, or learning from approved ones. Asks no CRM.</summary>
public sealed class SegmentHandler(ISegmentWorkStore store, SegmentSearch search, AccountAssigning assigning, SegmentLearning learning) : IBatchHandler
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
        var steps = work.Kind switch
        {
            RunKind.SegmentFit => search.RunAsync(context.Batch.RunId ?? 0, work, context.Clock, cancellationToken),
            RunKind.SegmentLearn => learning.RunAsync(work, context.Clock, cancellationToken),
            _ => assigning.RunAsync(context, cancellationToken),
        };
        await foreach (var step in steps)
            yield return step;
    }
}
