using System.Globalization;
using CrmSync.Pipeline.Retention;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Retention;

/// <summary>How long rows are kept, and taking old ones away.</summary>
internal sealed class RetentionRows(LedgerDatabase database) : IRetentionStore
{
    private const int RowsAtOnce = 500;
    private const long Day = 24 * 60 * 60 * 1_000L;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<Total> Totals = new(
        new RowShape<Total>.Long("day_at", row => row.DayAt),
        new RowShape<Total>.Long("connection_id", row => row.ConnectionId),
        new RowShape<Total>.Text("name", row => row.Name),
        new RowShape<Total>.Long("value", row => row.Value));

    public async Task<IReadOnlyList<RetentionSetting>> ListRetentionAsync(RetentionOptions options, CancellationToken cancellationToken) =>
        await database.ReadAsync<IReadOnlyList<RetentionSetting>>(
            async session =>
            {
                var set = (await session.QueryAsync(
                    "select key, value, updated_by, updated_at from setting where key like 'retention/%'",
                    null,
                    reader => (Key: reader.GetString(0), Set: new Kept(int.Parse(reader.GetString(1), CultureInfo.InvariantCulture), reader.GetString(2), reader.Instant(3)))))
                    .ToDictionary(row => row.Key, row => row.Set);
                var purged = (await session.QueryAsync(
                    "select table_name, rows_removed, at from purge where id in (select max(id) from purge group by table_name)",
                    null,
                    reader => (Table: reader.GetString(0), Removed: reader.GetInt64(1), At: reader.Instant(2))))
                    .ToDictionary(row => row.Table);
                return
                [
                    .. RetentionRules.All.Select(rule =>
                    {
                        var kept = set.GetValueOrDefault(KeyOf(rule.Table));
                        var setting = new RetentionSetting(rule, kept?.Days ?? options.DaysOf(rule), kept?.By, kept?.At);
                        return purged.TryGetValue(rule.Table, out var last) ? setting with { LastPurgeAt = last.At, LastRemoved = last.Removed } : setting;
                    }),
                ];
            },
            cancellationToken);

    public Task SetRetentionAsync(string table, int days, RetentionOptions options, string actor, string? reason, CancellationToken cancellationToken)
    {
        var rule = RetentionRules.Find(table) ?? throw new ArgumentException($"No purge looks after the table \"{table}\".", nameof(table));
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, RetentionRules.MostDays);
        return database.WriteAsync(
            null,
            async session =>
            {
                var key = KeyOf(table);
                var value = days.ToString(CultureInfo.InvariantCulture);
                var before = await session.FirstAsync("select value from setting where key = @key", new { key }, reader => reader.GetString(0));
                if (before == value)
                    return false;
                await session.ExecuteAsync(
                    """
                    insert into setting (key, value, updated_by, updated_at) values (@key, @value, @actor, @Now)
                    on conflict (key) do update set value = excluded.value, updated_by = excluded.updated_by, updated_at = excluded.updated_at
                    """,
                    new { key, value, actor, session.Now });
                await Audit.WriteAsync(
                    session, actor, "retention.set", table, before ?? options.DaysOf(rule).ToString(CultureInfo.InvariantCulture), value, reason);
                return true;
            },
            cancellationToken);
    }

    public async Task<long> CountPurgeableAsync(string table, int days, CancellationToken cancellationToken)
    {
        var purged = PurgeTables.Of(table);
        var before = await BeforeAsync(days, cancellationToken);
        return await database.ReadAsync(
            session => session.ScalarAsync($"select count(*) from {purged.Name} t where {purged.Old}", new { before }), cancellationToken) ?? 0;
    }

    public async Task<PurgeStep> PurgeAsync(string table, int days, long afterId, CancellationToken cancellationToken)
    {
        var purged = PurgeTables.Of(table);
        var before = await BeforeAsync(days, cancellationToken);
        // Found beside the writer: looking through rows that stay must not hold anybody up.
        var ids = await database.ReadAsync(
            session => session.QueryAsync(
                $"select distinct t.{purged.Id} from {purged.Name} t where t.{purged.Id} > @afterId and {purged.Old} order by t.{purged.Id} limit {purged.AtOnce}",
                new { afterId, before },
                reader => reader.GetInt64(0)),
            cancellationToken);
        if (ids.Count is 0)
            return new PurgeStep(0, null);
        var removed = await database.WriteAsync(null, session => RemoveAsync(session, purged, ids, before), cancellationToken);
        if (purged.Rest is not null && removed == RowsAtOnce)
            return new PurgeStep(removed, afterId);
        return new PurgeStep(removed, ids.Count == purged.AtOnce ? ids[^1] : null);
    }

    public Task NotePurgeAsync(string table, int days, long removed, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                "insert into purge (table_name, before_at, rows_removed, at) values (@table, @before, @removed, @Now)",
                new { table, before = session.Now - (days * Day), removed, session.Now }),
            cancellationToken);

    private static string KeyOf(string table) => $"retention/{table}";

    private static async Task<long> RemoveAsync(Session session, PurgeTable table, IReadOnlyList<long> ids, long before)
    {
        foreach (var statement in table.Unlink)
            await session.ExecuteRowsAsync(statement, Ids, ids);
        var key = $"{table.Id}{(table.Rest is null ? "" : $", {table.Rest}")}";
        var some = table.Rest is null ? "" : $"and ({key}) in (select {key} from {table.Name} where {table.Id} in (select r.id from $rows r) limit {RowsAtOnce})";
        var removed = await session.QueryRowsAsync(
            $"""
            delete from {table.Name} as t where t.{table.Id} in (select r.id from $rows r) {some} and {table.Old}
            returning {table.Day}, {table.Connection}, {table.Total}
            """,
            Ids,
            ids,
            new { before },
            reader => (At: reader.GetInt64(0), Connection: reader.LongOrNull(1), Name: reader.GetString(2)));
        await session.ExecuteRowsAsync(
            """
            insert into daily_total (day_at, connection_id, name, value) select r.day_at, r.connection_id, r.name, r.value from $rows r where true
            on conflict (day_at, connection_id, name) do update set value = daily_total.value + excluded.value
            """,
            Totals,
            [
                .. removed.Where(row => row.Connection is not null)
                    .GroupBy(row => (Day: row.At - (row.At % Day), row.Connection, row.Name))
                    .Select(group => new Total(group.Key.Day, group.Key.Connection!.Value, group.Key.Name, group.Count())),
            ]);
        return removed.Count;
    }

    // In a transaction only because that is where the database's clock is read.
    private Task<long> BeforeAsync(int days, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        return database.WriteAsync(null, session => Task.FromResult(session.Now - (days * Day)), cancellationToken);
    }

    private sealed record Kept(int Days, string By, DateTimeOffset At);

    private sealed record Total(long DayAt, long ConnectionId, string Name, long Value);
}
