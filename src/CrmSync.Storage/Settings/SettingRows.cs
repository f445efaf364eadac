using CrmSync.Pipeline.Settings;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Settings;

/// <summary>Settings that people changed.</summary>
internal sealed class SettingRows(LedgerDatabase database)
{
    private const string Columns = "key, value, updated_by, updated_at";

    public async Task<IReadOnlyList<SettingRow>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync($"select {Columns} from setting order by key", null, reader => new SettingRow(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.Instant(3))),
            cancellationToken);

    public Task<SettingOutcome> ChangeAsync(SettingChange change, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        async session =>
        {
            // Two people who change the same row stand in line, so that the second one is told.
            if (session.Dialect is LedgerDialect.Postgres)
                await session.ExecuteAsync("lock table setting in share row exclusive mode");
            var before = await FindAsync(session, change.Key);
            if (before?.Value != change.Seen)
                return new SettingOutcome(SettingAnswer.Stale, before);
            if (before?.Value == change.Value)
                return new SettingOutcome(SettingAnswer.Unchanged, before);
            if (change.Value is null)
                await session.ExecuteAsync("delete from setting where key = @Key", new { change.Key });
            else
            {
                await session.ExecuteAsync(
                    """
                    insert into setting (key, value, updated_by, updated_at) values (@Key, @Value, @Actor, @Now)
                    on conflict (key) do update set value = excluded.value, updated_by = excluded.updated_by, updated_at = excluded.updated_at
                    """,
                    new { change.Key, change.Value, change.Actor, session.Now });
            }
            var isRetention = change.Key.StartsWith(SettingKeys.Retentions, StringComparison.Ordinal);
            await Audit.WriteAsync(
                session, change.Actor, isRetention ? "retention.set" : "setting.set", isRetention ? change.Key[SettingKeys.Retentions.Length..] : change.Key,
                before?.Value ?? change.Configured, change.Value ?? $"{change.Configured} (configuration)", change.Reason);
            return new SettingOutcome(SettingAnswer.Changed, await FindAsync(session, change.Key));
        },
        cancellationToken);

    private static Task<SettingRow?> FindAsync(Session session, string key) => session.FirstAsync(
        $"select {Columns} from setting where key = @key", new { key }, reader => new SettingRow(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.Instant(3)));
}
