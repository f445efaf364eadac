using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Asks;

/// <summary>
/// Lets questions through by the share, least sure first, and puts them together to batches. One transaction per CRM connection, in line with everything else that
/// is stored for it.
/// </summary>
internal sealed class AskGatherer(LedgerDatabase database)
{
    private const int AsksAtOnce = 2_000;

    // Priorities below those of what makes the questions: a new label is worth more than a better one.
    private const int Priority = -1;

    private static readonly RowShape<(long Id, long BatchId)> Assignments = new(
        new RowShape<(long Id, long BatchId)>.Long("id", row => row.Id),
        new RowShape<(long Id, long BatchId)>.Long("batch_id", row => row.BatchId));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public async Task<IReadOnlyList<BatchRef>> GatherAsync(AskGathering how, CancellationToken cancellationToken)
    {
        var connections = await database.ReadAsync(
            session => session.QueryAsync(
                "select distinct connection_id from ask where status = 'open' and batch_id is null order by connection_id", null, reader => reader.GetInt64(0)),
            cancellationToken);
        var made = new List<BatchRef>();
        foreach (var connectionId in connections)
            made.AddRange(await database.WriteAsync(connectionId, session => GatherAsync(session, connectionId, how), cancellationToken));
        return made;
    }

    private static async Task<List<BatchRef>> GatherAsync(Session session, long connectionId, AskGathering how)
    {
        var waiting = (await ReadAsync(session, connectionId)).GroupBy(ask => ask.ActivityId).Select(group => new Waiting(
            [.. group], group.Any(ask => ask.IsLet), group.Min(ask => ask.Confidence), group.Min(ask => ask.CreatedAt))).ToList();
        var through = await LetThroughAsync(session, connectionId, waiting, how.Share);
        // What the share has kept back for too long goes to a handler, too, which settles it locally.
        var late = waiting.Where(group => !through.Contains(group) && group.Since <= session.Now - (long)how.SharePatience.TotalMilliseconds);
        var remote = how.RemoteBackfills
            ? through.SelectMany(group => group.Asks).Where(ask => ask is { IsBackfill: true, IsDirect: false }).ToList()
            : [];
        var remoteIds = remote.Select(ask => ask.Id).ToHashSet();
        var direct = through.Concat(late).Select(group => group with { Asks = [.. group.Asks.Where(ask => !remoteIds.Contains(ask.Id))] })
            .Where(group => group.Asks.Count > 0);
        var made = new List<BatchRef>();
        var assignments = new List<(long, long)>();
        await FormDirectAsync(session, connectionId, how, direct, made, assignments);
        await FormRemoteAsync(session, connectionId, how, remote, made, assignments);
        await session.ExecuteRowsAsync("update ask set batch_id = r.batch_id from $rows r where ask.id = r.id", Assignments, assignments);
        return made;
    }

    private static Task<List<Open>> ReadAsync(Session session, long connectionId) =>
        session.QueryAsync(
            $"""
            select q.id, q.activity_id, q.taxonomy, q.confidence, q.is_let, q.is_direct, q.created_at, case when n.kind = 'backfill' then 1 else 0 end,
              case when n.status = 'running' then 1 else 0 end
            from ask q join activity a on a.id = q.activity_id and a.content_hash = q.content_hash and a.status = 'decided'
            left join run n on n.id = q.run_id
            where q.connection_id = @connectionId and q.status = 'open' and q.batch_id is null and q.not_before <= @Now
              and coalesce(q.run_id, 0) not in {BatchRows.PausedRuns}
            order by q.is_let desc, q.confidence, q.id limit {AsksAtOnce}
            """,
            new { connectionId, session.Now },
            reader => new Open(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetDouble(3), reader.GetInt32(4) is 1, reader.GetInt32(5) is 1, reader.GetInt64(6),
                reader.GetInt32(7) is 1, reader.GetInt32(8) is 1));

    // What was let through once stays so: asking again after an outage is no new question.
    private static async Task<HashSet<Waiting>> LetThroughAsync(Session session, long connectionId, List<Waiting> waiting, double share)
    {
        var room = waiting.All(group => group.IsLet) ? 0 : await AskShares.RoomAsync(session, connectionId, share);
        var fresh = waiting.Where(group => !group.IsLet).OrderBy(group => group.Confidence).Take((int)Math.Min(room, int.MaxValue)).ToList();
        await AskShares.AddAsync(session, connectionId, 0, fresh.Count);
        HashSet<Waiting> through = [.. waiting.Where(group => group.IsLet), .. fresh];
        await session.ExecuteRowsAsync(
            "update ask set is_let = 1 from $rows r where ask.id = r.id", Ids, [.. through.SelectMany(group => group.Asks).Where(ask => !ask.IsLet).Select(ask => ask.Id)]);
        return through;
    }

    private static async Task FormDirectAsync(
        Session session, long connectionId, AskGathering how, IEnumerable<Waiting> groups, List<BatchRef> made, List<(long, long)> assignments)
    {
        foreach (var piece in groups.OrderBy(group => group.Confidence).Chunk(how.BatchSize))
        {
            if (piece.Length < how.BatchSize && piece.Min(group => group.Since) > session.Now - (long)how.Linger.TotalMilliseconds)
                continue;
            var asks = piece.SelectMany(group => group.Asks).ToList();
            var priority = asks.TrueForAll(ask => ask.IsBackfill) ? RunRows.BackfillPriority + Priority : Priority;
            var batch = await BatchRows.InsertAsync(session, BatchKind.Ask, connectionId, null, priority, piece.Length);
            made.Add(batch);
            assignments.AddRange(asks.Select(ask => (ask.Id, batch.Id)));
        }
    }

    // One per taxonomy, because the endpoint wants one deployment per batch; once the backfill is read, or there is enough for a full one.
    private static async Task FormRemoteAsync(
        Session session, long connectionId, AskGathering how, List<Open> asks, List<BatchRef> made, List<(long, long)> assignments)
    {
        foreach (var taxonomy in asks.GroupBy(ask => ask.Taxonomy))
        {
            foreach (var piece in taxonomy.Chunk(Math.Min(how.RemoteBatchSize, AsksAtOnce)))
            {
                if (piece.Length < Math.Min(how.RemoteBatchSize, AsksAtOnce) && piece.Any(ask => ask.IsRunning))
                    continue;
                var batch = await BatchRows.InsertAsync(session, BatchKind.Ask, connectionId, null, RunRows.BackfillPriority + Priority, piece.Length);
                await RemoteBatches.InsertAsync(session, connectionId, batch.Id);
                made.Add(batch);
                assignments.AddRange(piece.Select(ask => (ask.Id, batch.Id)));
            }
        }
    }

    private sealed record Open(
        long Id, long ActivityId, string Taxonomy, double Confidence, bool IsLet, bool IsDirect, long CreatedAt, bool IsBackfill, bool IsRunning);

    private sealed record Waiting(IReadOnlyList<Open> Asks, bool IsLet, double Confidence, long Since);
}
