using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Taxonomies;

/// <summary>Puts activities back into the queue, to be decided about again from their stored texts.</summary>
internal static class AgainRows
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    /// <summary>Queues those that are decided about and still there, in batches of their run at its priority.</summary>
    public static Task SaveAsync(LedgerStep step, IReadOnlyList<long> activities) => QueueAsync(step, activities, "decided");

    /// <summary>The same for those in another state.</summary>
    public static async Task QueueAsync(LedgerStep step, IReadOnlyList<long> activities, string from)
    {
        foreach (var piece in activities.Chunk(BatchRows.ClassifyBatchSize))
        {
            var batch = await BatchRows.InsertAsync(
                step.Session, BatchKind.Classify, step.Batch.ConnectionId, step.FollowingRunId, step.Batch.Priority, piece.Length);
            step.Made.Add(batch);
            var queued = await step.Session.ExecuteRowsAsync(
                """
                update activity set status = 'queued', batch_id = @batchId, dead_code = null, dead_message = null
                from $rows r
                where activity.id = r.id and activity.connection_id = @ConnectionId and activity.status = @from and activity.gone_at is null
                  and exists (select 1 from activity_text t where t.activity_id = activity.id)
                """,
                Ids,
                piece,
                new { batchId = batch.Id, from, step.Batch.ConnectionId });
            step.Tally.Add(step.Batch.RunId, "stored", queued);
        }
    }
}
