using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Quotas;

/// <summary>
/// Counts requests for all nodes, on the database's clock. Rows go by connection key, because doctor and setup count requests of connections
/// that the ledger does not know yet. The notice row of a connection is locked first, so that its buckets do not overdraw the day together.
/// </summary>
internal sealed class QuotaRows(LedgerDatabase database, TimeProvider clock)
{
    private const long Slot = 15 * 60 * 1_000;
    private const long Kept = 2 * 24 * 60 * 60 * 1_000L;

    public Task<QuotaGrant> TakeAsync(QuotaAsk ask, CancellationToken cancellationToken) =>
        database.WriteAsync(null, session => TakeAsync(session, ask), cancellationToken);

    public Task ReturnAsync(string key, int turns, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                $"""
                update quota_day set used = case when used > @turns then used - @turns else 0 end
                where connection_key = @key and slot_at = (select max(slot_at) from quota_day where connection_key = @key)
                """,
                new { key, turns = (long)turns }),
            cancellationToken);

    public Task CloseAsync(string key, string? bucket, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var closed = OnDatabaseClock(until, session.Now);
                return bucket is null
                    ? await session.ExecuteAsync(
                        $"""
                        insert into quota_notice (connection_key, day_closed_until_at, closed_until_at, noticed_at) values (@key, 0, @closed, @Now)
                        on conflict (connection_key) do update set closed_until_at = {Greatest(session, "quota_notice.closed_until_at", "excluded.closed_until_at")}
                        """,
                        new { key, closed, session.Now })
                    : await session.ExecuteAsync(
                        $"""
                        insert into quota_bucket (connection_key, bucket, next_turn_us, closed_until_at, most, window_ms) values (@key, @bucket, 0, @closed, 0, 0)
                        on conflict (connection_key, bucket) do update set
                          closed_until_at = {Greatest(session, "quota_bucket.closed_until_at", "excluded.closed_until_at")}
                        """,
                        new { key, bucket, closed });
            },
            cancellationToken);

    public Task ObserveAsync(QuotaNotice notice, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                $"""
                insert into quota_notice (connection_key, day_limit, day_remaining, day_closed_until_at, closed_until_at, noticed_at)
                values (@ConnectionKey, @DayLimit, @DayRemaining, @closed, 0, @Now)
                on conflict (connection_key) do update set
                  day_limit = coalesce(excluded.day_limit, quota_notice.day_limit),
                  day_remaining = coalesce(excluded.day_remaining, quota_notice.day_remaining),
                  day_closed_until_at = {Greatest(session, "quota_notice.day_closed_until_at", "excluded.day_closed_until_at")},
                  noticed_at = excluded.noticed_at
                """,
                new
                {
                    notice.ConnectionKey, notice.DayLimit, notice.DayRemaining, session.Now,
                    closed = notice.DayRemaining <= 0 ? OnDatabaseClock(notice.DayEnd, session.Now) : 0,
                }),
            cancellationToken);

    public async Task<QuotaStanding> ReadAsync(string key, DateTimeOffset dayStart, CancellationToken cancellationToken)
    {
        var standing = await database.ReadAsync(
            session => session.FirstAsync(
                """
                select (select cast(coalesce(sum(used), 0) as bigint) from quota_day where connection_key = @key and slot_at >= @start), n.day_limit, n.day_remaining,
                  n.closed_until_at, n.day_closed_until_at, (select max(closed_until_at) from quota_bucket where connection_key = @key)
                from (select 1 as one) x left join quota_notice n on n.connection_key = @key
                """,
                new { key, start = SlotOf(dayStart.ToUnixTimeMilliseconds()) },
                reader => new QuotaStanding(
                    reader.GetInt64(0), reader.LongOrNull(1), reader.LongOrNull(2),
                    new[] { reader.InstantOrNull(3), reader.InstantOrNull(4), reader.InstantOrNull(5) }.Max())),
            cancellationToken);
        return standing!.ClosedUntil > clock.GetUtcNow() ? standing : standing with { ClosedUntil = null };
    }

    private async Task<QuotaGrant> TakeAsync(Session session, QuotaAsk ask)
    {
        var notice = (await session.FirstAsync(
            $"""
            insert into quota_notice (connection_key, day_closed_until_at, closed_until_at, noticed_at) values (@ConnectionKey, 0, 0, @Now)
            on conflict (connection_key) do update set closed_until_at = quota_notice.closed_until_at
            returning day_closed_until_at, closed_until_at, {Clock(session)}
            """,
            new { ask.ConnectionKey, session.Now },
            reader => new Notice(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2))))!;
        // Both clocks are read in one breath, after the lock was got: waiting for it must not make the turns late.
        var here = clock.GetUtcNow();
        var now = notice.NowUs / 1_000;
        DateTimeOffset Here(long us) => here + TimeSpan.FromMicroseconds(us - notice.NowUs);

        var interval = TimeSpan.FromMicroseconds(QuotaPace.Interval(ask.Limit, ask.Window));
        if (now < notice.DayClosedUntil)
            return new QuotaGrant(0, Here(notice.DayClosedUntil * 1_000), interval, DaySpent: true);
        var row = await ReadAsync(session, ask, SlotOf(now + (long)(ask.DayStart - here).TotalMilliseconds));
        if (row.Used >= ask.DayAllowance)
            return new QuotaGrant(0, ask.DayEnd, interval, DaySpent: true);

        var slice = QuotaPace.Take(
            row.Next, Math.Max(row.ClosedUntil, notice.ClosedUntil) * 1_000, notice.NowUs, ask.Limit, ask.Window, (int)Math.Min(ask.Wanted, ask.DayAllowance - row.Used));
        if (slice.Count > 0)
            await BookAsync(session, ask, slice, SlotOf(now));
        if (row.Oldest < now - Kept)
        {
            await session.ExecuteAsync(
                "delete from quota_day where connection_key = @ConnectionKey and slot_at < @old", new { ask.ConnectionKey, old = now - Kept });
        }

        return new QuotaGrant(slice.Count, Here(slice.FirstAt), interval, DaySpent: false);
    }

    private static async Task<Count> ReadAsync(Session session, QuotaAsk ask, long start) =>
        (await session.FirstAsync(
            """
            select cast(coalesce((select sum(used) from quota_day where connection_key = @ConnectionKey and slot_at >= @start), 0) as bigint),
              (select min(slot_at) from quota_day where connection_key = @ConnectionKey), b.next_turn_us, b.closed_until_at
            from (select 1 as one) x left join quota_bucket b on b.connection_key = @ConnectionKey and b.bucket = @Bucket
            """,
            new { ask.ConnectionKey, ask.Bucket, start },
            reader => new Count(reader.GetInt64(0), reader.LongOrNull(1) ?? long.MaxValue, reader.LongOrNull(2) ?? 0, reader.LongOrNull(3) ?? 0)))!;

    private static async Task BookAsync(Session session, QuotaAsk ask, PacedSlice slice, long slot)
    {
        await session.ExecuteAsync(
            """
            insert into quota_bucket (connection_key, bucket, next_turn_us, closed_until_at, most, window_ms)
            values (@ConnectionKey, @Bucket, @Next, 0, @Limit, @window)
            on conflict (connection_key, bucket) do update set
              next_turn_us = excluded.next_turn_us, most = excluded.most, window_ms = excluded.window_ms
            """,
            new { ask.ConnectionKey, ask.Bucket, slice.Next, ask.Limit, window = (long)ask.Window.TotalMilliseconds });
        await session.ExecuteAsync(
            """
            insert into quota_day (connection_key, slot_at, used) values (@ConnectionKey, @slot, @count)
            on conflict (connection_key, slot_at) do update set used = quota_day.used + excluded.used
            """,
            new { ask.ConnectionKey, slot, count = (long)slice.Count });
    }

    private long OnDatabaseClock(DateTimeOffset instant, long databaseNow) =>
        databaseNow + (long)Math.Ceiling((instant - clock.GetUtcNow()).TotalMilliseconds);

    private static long SlotOf(long milliseconds) => milliseconds - (milliseconds % Slot);

    private static string Greatest(Session session, string one, string other) =>
        session.Dialect is LedgerDialect.Sqlite ? $"max({one}, {other})" : $"greatest({one}, {other})";

    private static string Clock(Session session) =>
        session.Dialect is LedgerDialect.Sqlite ? "@Now * 1000" : "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

    private sealed record Notice(long DayClosedUntil, long ClosedUntil, long NowUs);

    private sealed record Count(long Used, long Oldest, long Next, long ClosedUntil);
}
