using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Batches;

/// <summary>Puts pending intents together to batches of the CRM's size, record by record.</summary>
internal static class WriteBatches
{
    // Bounds the work of one transaction when a large preview is turned on; the rest follows with the next step or gathering.
    private const int IntentsAtOnce = 2_000;

    // A scan that waits for a quota or a person holds nothing up.
    private const string ReadingRuns =
        """
        (select s.run_id from scan s join batch b on b.id = s.batch_id
         where s.connection_id = @connectionId and s.status = 'open' and s.run_id is not null and b.status in ('available', 'running')
         union
         select b.run_id from batch b
         where b.connection_id = @connectionId and b.kind = 'classify' and b.run_id is not null and b.status in ('available', 'running'))
        """;

    private const string SharedAndReady = $"is_shared = 1 and (created_at <= @impatient or coalesce(run_id, 0) not in {ReadingRuns})";

    private static readonly RowShape<UncoveredRecord> Records = new(
        new RowShape<UncoveredRecord>.Text("target_type", row => row.Type),
        new RowShape<UncoveredRecord>.Text("target_id", row => row.Id));

    private static readonly RowShape<Assignment> Assignments = new(
        new RowShape<Assignment>.Text("target_type", row => row.Record.Type),
        new RowShape<Assignment>.Text("target_id", row => row.Record.Id),
        new RowShape<Assignment>.Long("batch_id", row => row.BatchId));

    private static readonly RowShape<(long Id, long BatchId)> Covered = new(
        new RowShape<(long Id, long BatchId)>.Long("id", row => row.Id),
        new RowShape<(long Id, long BatchId)>.Long("batch_id", row => row.BatchId));

    // A record that holds the labels of many activities would be written once for each; until a run has read them all it waits, but no longer than this.
    private const long SharedPatience = 10 * 60 * 1000;

    // While a run still reads, more of a type is on its way; a batch that is not full waits this long for it.
    private const long ReadingPatience = 15 * 1000;

    /// <summary>
    /// Makes full batches of what no batch covers, and one that is not full where its oldest intent is old enough. With <see cref="long.MaxValue"/> as linger only
    /// full batches of records that hold their own labels are made: the step that has just filled them must be quick.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="connectionId">The connection; nothing happens unless it writes, and where it asks for approval only what was released goes.</param>
    /// <param name="size">Records per batch.</param>
    /// <param name="linger">How many milliseconds an intent may wait for company.</param>
    /// <param name="priority">Priority of the batches.</param>
    public static async Task<List<BatchRef>> FormAsync(Session session, long connectionId, int size, long linger, int priority)
    {
        var made = new List<BatchRef>();
        var assignments = new List<Assignment>();
        var mode = await session.FirstAsync("select write_mode from connection where id = @connectionId", new { connectionId }, reader => reader.GetString(0));
        if (mode is not ("on" or "approve"))
            return made;
        // Spelt out, so that hundreds of thousands of rows that wait for an approval are not looked at twice a second.
        var released = mode is "approve" ? "release_run_id is not null" : "1 = 1";
        var uncovered = await ReadUncoveredAsync(session, connectionId, $"is_shared = 0 and {released}");
        if (linger < long.MaxValue)
            uncovered = uncovered.Concat(await ReadUncoveredAsync(session, connectionId, $"{SharedAndReady} and {released}"));
        var reading = linger < long.MaxValue ? await ReadReadingAsync(session, connectionId) : [];
        foreach (var type in uncovered.GroupBy(record => record.Type))
        {
            foreach (var records in type.Chunk(Math.Max(1, size)))
            {
                var runId = records.Max(record => record.RunId);
                var patience = runId is { } run && reading.Contains(run) ? Math.Max(linger, ReadingPatience) : linger;
                if (records.Length < size && records.Min(record => record.CreatedAt) > session.Now - patience)
                    continue;
                var batch = await BatchRows.InsertAsync(session, BatchKind.Write, connectionId, runId, priority, records.Length);
                made.Add(batch);
                assignments.AddRange(records.Select(record => new Assignment(record, batch.Id)));
            }
        }

        var covered = await session.QueryRowsAsync(
            $"""
            select i.id, r.batch_id
            from $rows r
            $join intent i on i.connection_id = @connectionId and i.target_type = r.target_type and i.target_id = r.target_id
              and i.status in {Stored.Open} and i.batch_id is null and {BatchRows.NotHeld} and {released}
            """,
            Assignments,
            assignments,
            new { connectionId },
            reader => (Id: reader.GetInt64(0), BatchId: reader.GetInt64(1)));
        await session.ExecuteRowsAsync("update intent set batch_id = r.batch_id from $rows r where intent.id = r.id", Covered, covered);
        return made;
    }

    private static async Task<HashSet<long>> ReadReadingAsync(Session session, long connectionId) =>
    [
        .. await session.QueryAsync(
            $"select run_id from {ReadingRuns} as reading",
            new { connectionId },
            reader => reader.GetInt64(0)),
    ];

    // A record with an intent in an open batch waits for that batch: two batches must never write one record at the same time.
    private static async Task<IEnumerable<UncoveredRecord>> ReadUncoveredAsync(Session session, long connectionId, string which)
    {
        var intents = await session.QueryAsync(
            $"""
            select i.target_type, i.target_id, i.created_at, coalesce(n.id, m.id)
            from (
              select id, target_type, target_id, created_at, run_id, act_run_id from intent
              where connection_id = @connectionId and status in {Stored.Open} and batch_id is null and {which} and {BatchRows.NotHeld}
              order by id
              limit {IntentsAtOnce}) i
            left join run n on n.id = i.run_id and n.status = 'running'
            left join run m on m.id = i.act_run_id and m.status = 'running'
            order by i.id
            """,
            new { connectionId, impatient = session.Now - SharedPatience },
            reader => new UncoveredRecord(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.LongOrNull(3)));
        IReadOnlyList<UncoveredRecord> records = [.. intents.GroupBy(intent => (intent.Type, intent.Id)).Select(group =>
            group.First() with { RunId = group.Max(intent => intent.RunId) })];
        var busy = await session.QueryRowsAsync(
            $"""
            select distinct r.target_type, r.target_id
            from $rows r
            $join intent o on o.connection_id = @connectionId and o.target_type = r.target_type and o.target_id = r.target_id
              and o.status in {Stored.Open} and o.batch_id is not null
            """,
            Records,
            records,
            new { connectionId },
            reader => (reader.GetString(0), reader.GetString(1)));
        var blocked = busy.ToHashSet();
        return records.Where(record => !blocked.Contains((record.Type, record.Id)));
    }

    private sealed record UncoveredRecord(string Type, string Id, long CreatedAt, long? RunId);

    private sealed record Assignment(UncoveredRecord Record, long BatchId);
}
