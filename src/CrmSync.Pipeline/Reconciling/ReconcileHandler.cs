using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>
/// Proves one type of a connection complete: compares its window with the CRM, repairs what is missing, reads labels back, and says how it ended. The position is saved
/// with every step, so that a killed process goes on where it was.
/// </summary>
public sealed class ReconcileHandler(IReconcileStore store, WindowComparison windows, LabelComparison labels) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Reconcile;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var work = await store.ReadComparisonAsync(context.Batch.Id, cancellationToken);
        if (work is null)
            yield break;
        var type = work.Window.ObjectType;
        var walk = new ReconcileWalk(work, work.Position is { } text ? ReconcilePosition.Parse(text, type) : ReconcilePosition.Begin(work.Window));

        await foreach (var change in windows.RunAsync(context, walk, cancellationToken))
        {
            yield return change;
            if (change.Ending is not null)
                yield break;
        }

        // What was stored in earlier steps stands by now; an item that is still open after this look is missing in earnest.
        yield return new LedgerChange { Reconcile = walk.Progress() with { Verify = true } };
        await foreach (var change in labels.RunAsync(context, walk, cancellationToken))
        {
            yield return change;
            if (change.Ending is not null)
                yield break;
        }

        var totals = await store.ReadTotalsAsync(work.CompletenessId, cancellationToken);
        var end = CompletenessWords.End(work.Window, totals, walk.Position.Hidden);
        yield return new LedgerChange
        {
            Reconcile = walk.Progress() with { End = end },
            Log = [CompletenessWords.Line(end)],
            Ending = new BatchEnding.Completed(),
        };
    }
}
