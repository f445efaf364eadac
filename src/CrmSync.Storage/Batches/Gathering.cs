using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Acts;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Notes;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Batches;

/// <summary>Finds work that no open batch covers. One transaction per CRM connection, so that none waits for the others.</summary>
internal sealed class Gathering(LedgerDatabase database)
{
    private const int ActivitiesAtOnce = 10_000;

    private static readonly RowShape<(long Id, long BatchId)> Assignments = new(
        new RowShape<(long Id, long BatchId)>.Long("id", row => row.Id),
        new RowShape<(long Id, long BatchId)>.Long("batch_id", row => row.BatchId));

    public async Task<IReadOnlyList<BatchRef>> GatherAsync(
        IReadOnlyDictionary<long, int> writeBatchSizes, TimeSpan linger, CancellationToken cancellationToken)
    {
        var connections = await database.ReadAsync(
            session => session.QueryAsync("select id from connection order by id", null, reader => reader.GetInt64(0)), cancellationToken);
        var made = new List<BatchRef>();
        foreach (var connectionId in connections)
        {
            made.AddRange(await database.WriteAsync<List<BatchRef>>(
                connectionId,
                async session =>
                {
                    await ConnectionModes.ResumeDueAsync(session, connectionId);
                    await LabelPlaces.FollowAsync(session, connectionId);
                    await EndedActs.PutAwayAsync(session, connectionId);
                    var batches = await CoverActivitiesAsync(session, connectionId);
                    if (writeBatchSizes.TryGetValue(connectionId, out var size))
                        batches.AddRange(await WriteBatches.FormAsync(session, connectionId, size, (long)linger.TotalMilliseconds, 0));
                    batches.AddRange(await NoteSteps.FormAsync(session, connectionId));
                    return batches;
                },
                cancellationToken));
        }

        await database.WriteAsync(null, session => BatchRows.FinishRunsAsync(session, null), cancellationToken);
        return made;
    }

    private static async Task<List<BatchRef>> CoverActivitiesAsync(Session session, long connectionId)
    {
        await session.ExecuteAsync(
            """
            update activity set status = 'queued', waits_until = null, batch_id = null
            where connection_id = @connectionId and status = 'waiting' and waits_until <= @Now
            """,
            new { connectionId, session.Now });
        var ids = await session.QueryAsync(
            $"""
            select id from activity where connection_id = @connectionId and status = 'queued' and batch_id is null
              and coalesce(run_id, 0) not in {BatchRows.PausedRuns}
            order by id limit {ActivitiesAtOnce}
            """,
            new { connectionId },
            reader => reader.GetInt64(0));
        var made = new List<BatchRef>();
        var assignments = new List<(long, long)>(ids.Count);
        foreach (var piece in ids.Chunk(BatchRows.ClassifyBatchSize))
        {
            var batch = await BatchRows.InsertAsync(session, BatchKind.Classify, connectionId, null, 0, piece.Length);
            made.Add(batch);
            assignments.AddRange(piece.Select(id => (id, batch.Id)));
        }

        await session.ExecuteRowsAsync("update activity set batch_id = r.batch_id from $rows r where activity.id = r.id", Assignments, assignments);
        return made;
    }
}
