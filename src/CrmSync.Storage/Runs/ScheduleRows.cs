using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>Schedules, and the nodes that carry them out.</summary>
internal sealed class ScheduleRows(LedgerDatabase database) : IScheduleStore
{
    private const string Columns = "key, kind, connection_id, recurrence, zone, enabled, last_fired_at, due_from_at";

    public Task SeedAsync(IReadOnlyList<ScheduleRow> schedules, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                foreach (var row in schedules.OrderBy(row => row.Key, StringComparer.Ordinal))
                {
                    await session.ExecuteAsync(
                        """
                        insert into schedule (key, kind, connection_id, recurrence, zone, enabled, created_at, updated_at)
                        values (@Key, @Kind, @ConnectionId, @Recurrence, @Zone, @enabled, @Now, @Now)
                        on conflict (key) do nothing
                        """,
                        new { row.Key, row.Kind, row.ConnectionId, row.Recurrence, row.Zone, enabled = row.Enabled ? 1 : 0, session.Now });
                }

                return true;
            },
            cancellationToken);

    public async Task<IReadOnlyList<ScheduleRow>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync($"select {Columns} from schedule where deleted_at is null order by id", null, Read), cancellationToken);

    public Task SaveAsync(ScheduleRow schedule, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var before = await session.FirstAsync($"select {Columns} from schedule where key = @Key and deleted_at is null", new { schedule.Key }, Read)
                    ?? throw new InvalidOperationException($"The ledger has no schedule \"{schedule.Key}\"; list the schedules for their keys.");
                await session.ExecuteAsync(
                    """
                    update schedule set recurrence = @Recurrence, zone = @Zone, enabled = @enabled, version = version + 1, updated_at = @Now,
                      paused_at = case when @enabled = 1 then null else paused_at end, paused_by = case when @enabled = 1 then null else paused_by end,
                      pause_reason = case when @enabled = 1 then null else pause_reason end, resume_at = case when @enabled = 1 then null else resume_at end
                    where key = @Key
                    """,
                    new { schedule.Key, schedule.Recurrence, schedule.Zone, enabled = schedule.Enabled ? 1 : 0, session.Now });
                await Audit.WriteAsync(session, actor, "schedule.save", schedule.Key, Describe(before), Describe(schedule));
                return true;
            },
            cancellationToken);

    public Task MarkFiredAsync(string key, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null, session => session.ExecuteAsync("update schedule set last_fired_at = @Now where key = @key", new { key, session.Now }), cancellationToken);

    public Task BeatAsync(string node, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                await session.ExecuteAsync(
                    """
                    insert into node (name, started_at, seen_at) values (@node, @Now, @Now)
                    on conflict (name) do update set seen_at = excluded.seen_at, stopped_at = null,
                      started_at = case when node.stopped_at is null then node.started_at else excluded.started_at end
                    """,
                    new { node, session.Now });
                await ScheduleDeskRows.ResumeDueAsync(session);
                return true;
            },
            cancellationToken);

    public Task DescribeNodeAsync(string node, string version, string limits, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                "update node set version = @version, limits = @limits, started_at = @Now where name = @node", new { node, version, limits, session.Now }),
            cancellationToken);

    public Task StopNodeAsync(string node, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null, session => session.ExecuteAsync("update node set stopped_at = @Now where name = @node", new { node, session.Now }), cancellationToken);

    // In a transaction only because that is where the database's clock is read.
    public Task<bool> IsAnyNodeAliveAsync(string exceptNode, TimeSpan within, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session => await session.ScalarAsync(
                "select count(*) from node where name <> @exceptNode and stopped_at is null and seen_at > @since",
                new { exceptNode, since = session.Now - (long)within.TotalMilliseconds }) > 0,
            cancellationToken);

    private static string Describe(ScheduleRow row) => $"{row.Recurrence} {row.Zone} {(row.Enabled ? "on" : "off")}";

    private static ScheduleRow Read(DbDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.LongOrNull(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5) is 1)
    {
        LastFiredAt = reader.InstantOrNull(6),
        DueFrom = reader.InstantOrNull(7),
    };
}
