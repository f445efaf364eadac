using System.Globalization;
using CrmSync.Pipeline.Alerts;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Alerts;

/// <summary>What is watched, and its changes. A change is whatever one statement moved from one state to the other, so of two nodes one finds it.</summary>
internal sealed class AlertRows(LedgerDatabase database)
{
    public async Task<IReadOnlyList<WatchedThing>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                "select key, kind, state, sentence, fix, since_at, checked_at, seen_by, seen_at, silenced_until, silenced_by from alert where kind <> 'test' order by case when state = 'broken' then 0 else 1 end, key",
                null,
                reader => new WatchedThing(
                    reader.GetString(0), Stored.Parse<AlertKind>(reader.GetString(1)), Stored.Parse<AlertState>(reader.GetString(2)), reader.GetString(3),
                    reader.GetString(4), reader.Instant(5), reader.Instant(6))
                {
                    SeenBy = reader.TextOrNull(7), SeenAt = reader.InstantOrNull(8), SilencedUntil = reader.InstantOrNull(9), SilencedBy = reader.TextOrNull(10),
                }),
            cancellationToken);

    public Task<IReadOnlyList<AlertVerdict>> SaveAsync(
        IReadOnlyList<AlertVerdict> verdicts, IReadOnlyList<IAlertChannel> channels, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<AlertVerdict>>(
            null,
            async session =>
            {
                var changes = new List<AlertVerdict>();
                // By key, so that two nodes that save at once do not wait for each other.
                foreach (var verdict in verdicts.DistinctBy(verdict => verdict.Key).OrderBy(verdict => verdict.Key, StringComparer.Ordinal))
                {
                    if (await SaveAsync(session, verdict, channels))
                        changes.Add(verdict);
                }

                return changes;
            },
            cancellationToken);

    public Task RecordTestAsync(string channel, string sentence, string? error, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var id = await EnterAsync(session, new AlertVerdict("test", AlertKind.Test, null, AlertState.Fine, ""));
                var eventId = await AddEventAsync(session, id, AlertState.Test, sentence);
                await session.ExecuteAsync(
                    """
                    insert into alert_delivery (event_id, channel, status, attempt, not_before, error, done_at)
                    values (@eventId, @channel, @status, 1, @Now, @error, @Now)
                    """,
                    new { eventId, channel, status = error is null ? "sent" : "failed", error, session.Now });
                await Audit.WriteAsync(session, actor, "alert.test", channel, null, error is null ? "sent" : "failed");
                return true;
            },
            cancellationToken);

    public Task<bool> AcknowledgeAsync(string key, string actor, string? reason, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            var taken = await session.ExecuteAsync(
                "update alert set seen_by = @actor, seen_at = @Now where key = @key and state = 'broken' and seen_by is null", new { key, actor, session.Now });
            if (taken > 0)
                await Audit.WriteAsync(session, actor, "alert.acknowledge", key, null, "acknowledged", reason);
            return taken > 0;
        },
        cancellationToken);

    public Task<bool> SilenceAsync(string key, DateTimeOffset? until, string actor, string? reason, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            var at = until?.ToUnixTimeMilliseconds();
            var found = await session.FirstAsync("select id, silenced_until from alert where key = @key", new { key }, reader => new Found(reader.GetInt64(0), reader.LongOrNull(1) ?? 0));
            if (found is null)
                return false;
            await session.ExecuteAsync("update alert set silenced_until = @at, silenced_by = @actor where id = @Id", new { found.Id, at, actor = at is null ? null : actor });
            // What waits already waits as long as the silence says; a tried one keeps its own pace.
            await session.ExecuteAsync(
                """
                update alert_delivery set not_before = @at
                where status = 'pending' and attempt = 0 and event_id in (select e.id from alert_event e where e.alert_id = @Id)
                """,
                new { found.Id, at = at ?? session.Now });
            await Audit.WriteAsync(session, actor, "alert.silence", key, TextOf(found.SilencedUntil), TextOf(at ?? 0), reason);
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<AlertEvent>> ListEventsAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AlertEvent>>(
            async session =>
            {
                var events = await session.QueryAsync(
                    "select e.id, w.key, w.kind, e.state, e.sentence, e.at from alert_event e join alert w on w.id = e.alert_id order by e.id desc limit @limit",
                    new { limit },
                    reader => new AlertEvent(
                        reader.GetInt64(0), reader.GetString(1), Stored.Parse<AlertKind>(reader.GetString(2)), Stored.Parse<AlertState>(reader.GetString(3)),
                        reader.GetString(4), reader.Instant(5)));
                if (events.Count is 0)
                    return events;
                var deliveries = (await session.QueryAsync(
                    "select event_id, channel, status, error from alert_delivery where event_id >= @first order by id",
                    new { first = events[^1].Id },
                    reader => (Id: reader.GetInt64(0), Told: (reader.GetString(1), reader.GetString(2), reader.TextOrNull(3))))).ToLookup(row => row.Id, row => row.Told);
                return [.. events.Select(one => one with { Deliveries = [.. deliveries[one.Id]] })];
            },
            cancellationToken);

    private static async Task<bool> SaveAsync(Session session, AlertVerdict verdict, IReadOnlyList<IAlertChannel> channels)
    {
        var state = Stored.Name(verdict.State);
        await EnterAsync(session, verdict);
        var changed = await session.FirstAsync(
            """
            update alert set state = @state, sentence = @Sentence, fix = @Fix, since_at = @Now, checked_at = @Now, seen_by = null, seen_at = null
            where key = @Key and state <> @state returning id, silenced_until
            """,
            new { verdict.Key, state, verdict.Sentence, verdict.Fix, session.Now },
            reader => new Found(reader.GetInt64(0), reader.LongOrNull(1) ?? 0));
        if (changed is null)
        {
            // What is fine keeps no sentence of a recovery that never was; what is broken says how it is now.
            await session.ExecuteAsync(
                verdict.State is AlertState.Broken
                    ? "update alert set sentence = @Sentence, fix = @Fix, checked_at = @Now where key = @Key"
                    : "update alert set checked_at = @Now where key = @Key",
                new { verdict.Key, verdict.Sentence, verdict.Fix, session.Now });
            return false;
        }

        var eventId = await AddEventAsync(session, changed.Id, verdict.State, verdict.Sentence);
        foreach (var channel in channels.Where(channel => channel.Kinds.Count is 0 || channel.Kinds.Contains(verdict.Kind)))
            await TellAsync(session, changed, eventId, state, channel);
        return true;
    }

    // What a channel has not been told yet is told no more, and what it believes already needs no telling.
    private static async Task TellAsync(Session session, Found alert, long eventId, string state, IAlertChannel channel)
    {
        var alertId = alert.Id;
        var parameters = new { alertId, channel.Key };
        await session.ExecuteAsync(
            """
            update alert_delivery set status = 'overtaken', done_at = @Now
            where status = 'pending' and channel = @Key and event_id in (select e.id from alert_event e where e.alert_id = @alertId)
            """,
            new { alertId, channel.Key, session.Now });
        var told = await session.FirstAsync(
            """
            select e.state from alert_delivery d join alert_event e on e.id = d.event_id
            where e.alert_id = @alertId and d.channel = @Key and d.status = 'sent' order by d.event_id desc limit 1
            """,
            parameters,
            reader => reader.GetString(0)) ?? "fine";
        var now = DateTimeOffset.FromUnixTimeMilliseconds(session.Now);
        await session.ExecuteAsync(
            "insert into alert_delivery (event_id, channel, status, not_before, done_at) values (@eventId, @Key, @status, @notBefore, @done)",
            new
            {
                eventId, channel.Key, status = told == state ? "overtaken" : "pending", done = told == state ? session.Now : (long?)null,
                notBefore = Math.Max((channel.Quiet?.NotBefore(now) ?? now).ToUnixTimeMilliseconds(), alert.SilencedUntil),
            });
    }

    private static async Task<long> EnterAsync(Session session, AlertVerdict verdict) =>
        (await session.ScalarAsync(
            """
            insert into alert (key, kind, connection_id, state, sentence, fix, since_at, checked_at) values (@Key, @kind, @ConnectionId, 'fine', '', '', @Now, @Now)
            on conflict (key) do update set connection_id = coalesce(excluded.connection_id, alert.connection_id)
            returning id
            """,
            new { verdict.Key, kind = Stored.Name(verdict.Kind), verdict.ConnectionId, session.Now }))!.Value;

    private static async Task<long> AddEventAsync(Session session, long alertId, AlertState state, string sentence) =>
        (await session.ScalarAsync(
            "insert into alert_event (alert_id, state, sentence, at) values (@alertId, @state, @sentence, @Now) returning id",
            new { alertId, state = Stored.Name(state), sentence, session.Now }))!.Value;

    private static string? TextOf(long silencedUntil) => silencedUntil == 0
        ? null
        : $"until {DateTimeOffset.FromUnixTimeMilliseconds(silencedUntil).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}";

    private sealed record Found(long Id, long SilencedUntil);
}
