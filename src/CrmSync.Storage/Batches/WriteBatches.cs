using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Batches;

/// <summary>Puts pending intents together to batches of the CRM's size, record by record.</summary>
internal static class WriteBatches
{
    // Bounds the work of one transaction when a large preview is turned on; the rest follows with the next step or gathering.
    private const int IntentsAtOnce = 2_000;

    private static readonly RowShape<Assignment> Assignments = new(
        new RowShape<Assignment>.Text("target_type", row => row.Record.Type),
        new RowShape<Assignment>.Text("target_id", row => row.Record.Id),
        new RowShape<Assignment>.Long("batch_id", row => row.BatchId));

    /// <summary>Makes full batches of what no batch covers, and one that is not full where its oldest intent is old enough.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="connectionId">The connection; nothing happens unless it writes.</param>
    /// <param name="size">Records per batch.</param>
    /// <param name="linger">How many milliseconds an intent may wait for company.</param>
    /// <param name="priority">Priority of the batches.</param>
    public static async Task<List<BatchRef>> FormAsync(Session session, long connectionId, int size, long linger, int priority)
    {
        var made = new List<BatchRef>();
        var assignments = new List<Assignment>();
        foreach (var type in (await ReadUncoveredAsync(session, connectionId)).GroupBy(record => record.Type))
        {
            foreach (var records in type.Chunk(Math.Max(1, size)))
            {
                if (records.Length < size && records.Min(record => record.CreatedAt) > session.Now - linger)
                    continue;
                var runId = records.Max(record => record.RunId);
                var batch = await BatchRows.InsertAsync(session, BatchKind.Write, connectionId, runId, priority, records.Length);
                made.Add(batch);
                assignments.AddRange(records.Select(record => new Assignment(record, batch.Id)));
            }
        }

        await session.ExecuteRowsAsync(
            $"""
            update intent set batch_id = r.batch_id
            from $rows r
            where intent.connection_id = @connectionId and intent.target_type = r.target_type and intent.target_id = r.target_id
              and intent.status in {Stored.Open} and intent.batch_id is null
            """,
            Assignments,
            assignments,
            new { connectionId });
        return made;
    }

    // A record with an intent in an open batch waits for that batch: two batches must never write one record at the same time.
    private static Task<List<UncoveredRecord>> ReadUncoveredAsync(Session session, long connectionId) =>
        session.QueryAsync(
            $"""
            select u.target_type, u.target_id, min(u.created_at), max(case when n.status = 'running' then n.id end)
            from (
              select i.id, i.target_type, i.target_id, i.created_at, i.run_id
              from intent i
              where i.connection_id = @connectionId and i.status in {Stored.Open} and i.batch_id is null
                and exists (select 1 from connection c where c.id = @connectionId and c.write_mode = 'on')
                and not exists (
                  select 1 from intent o
                  where o.connection_id = i.connection_id and o.target_type = i.target_type and o.target_id = i.target_id
                    and o.status in {Stored.Open} and o.batch_id is not null)
              order by i.id
              limit {IntentsAtOnce}) u
            left join run n on n.id = u.run_id
            group by u.target_type, u.target_id
            order by min(u.id)
            """,
            new { connectionId },
            reader => new UncoveredRecord(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.LongOrNull(3)));

    private sealed record UncoveredRecord(string Type, string Id, long CreatedAt, long? RunId);

    private sealed record Assignment(UncoveredRecord Record, long BatchId);
}
