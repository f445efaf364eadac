using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage;

/// <content>What is learned about segments.</content>
public sealed partial class Ledger
{
    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<long, Share>> ReadWinsAsync(CancellationToken cancellationToken) => _database.ReadAsync(LearningRows.ReadWinsAsync, cancellationToken);

    /// <inheritdoc/>
    public Task<SegmentOutcome> SettleEventAsync(long eventId, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _database.WriteAsync(null, session => SegmentEventRows.SettleAsync(session, eventId, actor), cancellationToken);
    }
}
