using CrmSync.Pipeline.Alerts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Alerts;

/// <summary>Reads what alerts look at.</summary>
internal sealed class AlertReading(LedgerDatabase database)
{
    private const long Hour = 60 * 60 * 1_000L;
    private const long Day = 24 * Hour;
    private const int RecentBatches = 5_000;

    // A backfill settles millions in an hour; its newest say enough, and this is asked for three times a minute.
    private const int RecentIntents = 20_000;

    public async Task<AlertSigns> ReadSignsAsync(DateTimeOffset watchingSince, CancellationToken cancellationToken)
    {
        var now = await NowAsync(cancellationToken);
        return await database.ReadAsync(session => ReadSignsAsync(session, watchingSince, now), cancellationToken);
    }

    public async Task<IReadOnlyList<LabelMix>> ReadMixesAsync(CancellationToken cancellationToken)
    {
        var now = await NowAsync(cancellationToken);
        var rows = await database.ReadAsync(
            session => session.QueryAsync(
                """
                select a.connection_id, c.key, d.taxonomy, case when d.status = 'decided' then d.label else d.status end as answer,
                  sum(case when a.occurred_at >= @lately then 1 else 0 end), sum(case when a.occurred_at < @lately then 1 else 0 end)
                from activity a join decision d on d.activity_id = a.id and d.superseded_at is null and d.decided_by <> 'person'
                  join connection c on c.id = a.connection_id
                where a.occurred_at >= @from and a.occurred_at <= @now
                group by a.connection_id, c.key, d.taxonomy, 4
                order by 1, 3
                """,
                new { lately = now - (7 * Day), from = now - (35 * Day), now },
                reader => (Id: reader.GetInt64(0), Key: reader.GetString(1), Taxonomy: reader.GetString(2), Answer: reader.GetString(3), Lately: reader.GetInt64(4), Before: reader.GetInt64(5))),
            cancellationToken);
        return
        [
            .. rows.GroupBy(row => (row.Id, row.Key, row.Taxonomy)).Select(group => new LabelMix(
                group.Key.Id, group.Key.Key, group.Key.Taxonomy, group.ToDictionary(row => row.Answer, row => (row.Lately, row.Before)))),
        ];
    }

    private static async Task<AlertSigns> ReadSignsAsync(Session session, DateTimeOffset watchingSince, long now)
    {
        var held = await session.QueryAsync(
            $"""
            select b.connection_id, b.kind, min(b.created_at), b.error_code, max(b.error_message)
            from batch b where b.status in {BatchRows.OpenStatuses} and b.kind in ('scan', 'write') and b.error_code is not null
            group by b.connection_id, b.kind, b.error_code
            order by 3
            """,
            null,
            reader => (
                Id: reader.GetInt64(0), Kind: reader.GetString(1), Since: reader.Instant(2), Code: reader.GetString(3), Message: reader.TextOrNull(4) ?? ""));
        // The newest batches only: a success that is further back than these is no sign of life.
        var successes = (await session.QueryAsync(
            $"""
            select connection_id, kind, max(finished_at) from batch
            where id > (select max(id) from batch) - {RecentBatches} and status = 'completed' and kind in ('scan', 'write') group by connection_id, kind
            """,
            null,
            reader => (Key: (reader.GetInt64(0), reader.GetString(1)), At: reader.Instant(2)))).ToDictionary(row => row.Key, row => row.At);
        var work = held.ToLookup(row => row.Id, row => new HeldWork(
            row.Kind is "write", row.Since, row.Code, row.Message, successes.TryGetValue((row.Id, row.Kind), out var success) ? success : null));
        var settled = (await session.QueryAsync(
            $"""
            select w.connection_id, count(*), sum(case when w.status = 'rejected' then 1 else 0 end)
            from (select connection_id, status from intent where updated_at >= @from order by updated_at desc, id desc limit {RecentIntents}) w
            where w.status in ('applied', 'unchanged', 'kept', 'rejected') group by w.connection_id
            """,
            new { from = now - Hour },
            reader => (Id: reader.GetInt64(0), Settled: reader.GetInt64(1), Rejected: reader.GetInt64(2)))).ToDictionary(row => row.Id);
        var due = (await session.QueryAsync(
            $"""
            select b.connection_id, min(b.not_before) from batch b left join run r on r.id = b.run_id
            where b.status in ('available', 'retryable', 'scheduled') and b.priority >= 0 and b.not_before <= @now and b.error_code is null
              and (r.status is null or r.status <> 'paused')
            group by b.connection_id
            """,
            new { now },
            reader => (Id: reader.GetInt64(0), At: reader.Instant(1)))).ToDictionary(row => row.Id, row => row.At);
        return new AlertSigns
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(now),
            WatchingSince = watchingSince,
            Connections = await session.QueryAsync(
                "select id, key, name from connection order by id",
                null,
                reader => new ConnectionSigns(reader.GetInt64(0), reader.GetString(1), reader.GetString(2))
                {
                    Held = [.. work[reader.GetInt64(0)]],
                    Settled = settled.GetValueOrDefault(reader.GetInt64(0)).Settled,
                    Rejected = settled.GetValueOrDefault(reader.GetInt64(0)).Rejected,
                    OldestDueAt = due.TryGetValue(reader.GetInt64(0), out var at) ? at : null,
                }),
            Schedules = await session.QueryAsync(
                "select key, connection_id, recurrence, zone, case when coalesce(last_fired_at, 0) > updated_at then last_fired_at else updated_at end from schedule where enabled = 1 order by id",
                null,
                reader => new ScheduleSign(reader.GetString(0), reader.LongOrNull(1), reader.GetString(2), reader.GetString(3), reader.Instant(4))),
            Completeness = await session.QueryAsync(
                """
                select m.connection_id, c.key, m.object_type, case when m.state = 'incomplete' then 1 else 0 end, m.sentence
                from completeness m join connection c on c.id = m.connection_id
                where m.id in (select max(n.id) from completeness n where n.state in ('complete', 'repaired', 'incomplete') group by n.connection_id, n.object_type)
                """,
                null,
                reader => new CompletenessSign(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3) is 1, reader.GetString(4))),
        };
    }

    // In a transaction only because that is where the database's clock is read.
    private Task<long> NowAsync(CancellationToken cancellationToken) => database.WriteAsync(null, session => Task.FromResult(session.Now), cancellationToken);
}
