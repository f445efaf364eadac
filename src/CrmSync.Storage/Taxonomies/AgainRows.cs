using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Taxonomies;

/// <summary>Puts activities back into the queue, to be decided about again from their stored texts.</summary>
internal static class AgainRows
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    /// <summary>Queues those that are decided about and still there, in batches of their run at its priority.</summary>
    public static async Task SaveAsync(LedgerStep step, IReadOnlyList<long> activities)
    {
        foreach (var piece in activities.Chunk(BatchRows.ClassifyBatchSize))
        {
            var batch = await BatchRows.InsertAsync(
                step.Session, BatchKind.Classify, step.Batch.ConnectionId, step.FollowingRunId, step.Batch.Priority, piece.Length);
            step.Made.Add(batch);
            var queued = await step.Session.ExecuteRowsAsync(
                """
                update activity set status = 'queued', batch_id = @batchId
                from $rows r
                where activity.id = r.id and activity.connection_id = @ConnectionId and activity.status = 'decided' and activity.gone_at is null
                  and exists (select 1 from activity_text t where t.activity_id = activity.id)
                """,
                Ids,
                piece,
                new { batchId = batch.Id, step.Batch.ConnectionId });
            step.Tally.Add(step.Batch.RunId, "stored", queued);
        }
    }
}
