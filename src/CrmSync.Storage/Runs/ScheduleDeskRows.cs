using System.Data.Common;
using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>What people do with schedules.</summary>
internal sealed class ScheduleDeskRows(LedgerDatabase database)
{
    private const int LongestSlug = 40;
    private const string Columns = "id, key, name, recurrence, zone, enabled, version, pause_reason, resume_at";

    // Nothing of a pause stays behind where it ends.
    private const string On = "enabled = 1, paused_at = null, paused_by = null, pause_reason = null, resume_at = null, due_from_at = @Now, version = version + 1, updated_at = @Now";

    public Task<long> CreateAsync(ScheduleDraft draft, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var connection = await session.FirstAsync("select key from connection where id = @ConnectionId", new { draft.ConnectionId }, reader => reader.GetString(0))
                    ?? throw new LedgerException("schedule.connection", $"The ledger has no connection {draft.ConnectionId}.");
                var key = await FreeKeyAsync(session, $"{connection}/{Slug(draft.Name)}");
                var id = (await session.ScalarAsync(
                    """
                    insert into schedule (key, kind, connection_id, recurrence, zone, enabled, name, created_by, due_from_at, created_at, updated_at)
                    values (@key, @Kind, @ConnectionId, @Recurrence, @Zone, 1, @Name, @actor, @Now, @Now, @Now)
                    returning id
                    """,
                    new { key, draft.Kind, draft.ConnectionId, draft.Recurrence, draft.Zone, draft.Name, actor, session.Now }))!.Value;
                await Audit.WriteAsync(session, actor, "schedule.create", key, null, $"{draft.Kind} {draft.Recurrence} {draft.Zone} on");
                return id;
            },
            cancellationToken);

    public Task<ScheduleAnswer> ChangeAsync(long id, long version, ScheduleDraft draft, string actor, CancellationToken cancellationToken) =>
        ActAsync(id, version, async (session, row) =>
        {
            if ((row.Name, row.Recurrence, row.Zone) == (draft.Name, draft.Recurrence, draft.Zone))
                return ScheduleAnswer.Unchanged;
            await session.ExecuteAsync(
                """
                update schedule set name = @Name, recurrence = @Recurrence, zone = @Zone, due_from_at = @Now, version = version + 1, updated_at = @Now
                where id = @id
                """,
                new { id, draft.Name, draft.Recurrence, draft.Zone, session.Now });
            await Audit.WriteAsync(
                session, actor, "schedule.save", row.Key, Describe(row), Describe(row with { Name = draft.Name, Recurrence = draft.Recurrence, Zone = draft.Zone }));
            return ScheduleAnswer.Done;
        }, cancellationToken);

    public Task<ScheduleAnswer> PauseAsync(long id, long version, string reason, DateTimeOffset? until, string actor, CancellationToken cancellationToken) =>
        ActAsync(id, version, async (session, row) =>
        {
            var end = until?.ToUnixTimeMilliseconds();
            if (end <= session.Now)
                return ScheduleAnswer.EndIsPast;
            var after = row with { Enabled = false, Reason = reason, ResumeAt = end };
            if (after == row)
                return ScheduleAnswer.Unchanged;
            await session.ExecuteAsync(
                """
                update schedule set enabled = 0, paused_at = @Now, paused_by = @actor, pause_reason = @reason, resume_at = @end, version = version + 1, updated_at = @Now
                where id = @id
                """,
                new { id, actor, reason, end, session.Now });
            await Audit.WriteAsync(session, actor, "schedule.pause", row.Key, Describe(row), Describe(after), reason);
            return ScheduleAnswer.Done;
        }, cancellationToken);

    public Task<ScheduleAnswer> ResumeAsync(long id, long version, string actor, CancellationToken cancellationToken) =>
        ActAsync(id, version, async (session, row) =>
        {
            if (row.Enabled)
                return ScheduleAnswer.Unchanged;
            await session.ExecuteAsync($"update schedule set {On} where id = @id", new { id, session.Now });
            await Audit.WriteAsync(session, actor, "schedule.resume", row.Key, Describe(row), Describe(row with { Enabled = true, Reason = null, ResumeAt = null }));
            return ScheduleAnswer.Done;
        }, cancellationToken);

    public Task<ScheduleAnswer> DeleteAsync(long id, long version, string actor, CancellationToken cancellationToken) =>
        ActAsync(id, version, async (session, row) =>
        {
            // Also off, for a node that does not know of deletion.
            await session.ExecuteAsync(
                "update schedule set deleted_at = @Now, enabled = 0, resume_at = null, version = version + 1, updated_at = @Now where id = @id", new { id, session.Now });
            await Audit.WriteAsync(session, actor, "schedule.delete", row.Key, Describe(row), null);
            return ScheduleAnswer.Done;
        }, cancellationToken);

    /// <summary>Ends pauses whose time has come by the database's clock.</summary>
    public static async Task ResumeDueAsync(Session session)
    {
        var due = await session.QueryAsync(
            $"select {Columns} from schedule where enabled = 0 and resume_at <= @Now and deleted_at is null order by id", new { session.Now }, Read);
        foreach (var row in due)
        {
            // Another node may have done it in this very moment.
            if (await session.ExecuteAsync($"update schedule set {On} where id = @Id and enabled = 0 and version = @Version", new { row.Id, row.Version, session.Now }) == 0)
                continue;
            await Audit.WriteAsync(
                session, ModeChange.Schedule, "schedule.resume", row.Key, Describe(row), Describe(row with { Enabled = true, Reason = null, ResumeAt = null }),
                "The pause came to its end.");
        }
    }

    private Task<ScheduleAnswer> ActAsync(long id, long version, Func<Session, Row, Task<ScheduleAnswer>> act, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                // Locked by writing it, so that of two people who act at once the second sees what the first did.
                await session.ExecuteAsync("update schedule set version = version where id = @id", new { id });
                var row = await session.FirstAsync($"select {Columns} from schedule where id = @id and deleted_at is null", new { id }, Read);
                return row is null ? ScheduleAnswer.Missing : row.Version != version ? ScheduleAnswer.Stale : await act(session, row);
            },
            cancellationToken);

    private static async Task<string> FreeKeyAsync(Session session, string wanted)
    {
        for (var number = 1; ; number++)
        {
            var key = number == 1 ? wanted : string.Create(CultureInfo.InvariantCulture, $"{wanted}-{number}");
            if (await session.ScalarAsync("select count(*) from schedule where key = @key", new { key }) is 0)
                return key;
        }
    }

    // Keys are typed at the command line, so they hold plain letters only.
    private static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var character in name)
        {
            if (slug.Length == LongestSlug)
                break;
            if (char.IsAsciiLetterOrDigit(character))
                slug.Append(char.ToLowerInvariant(character));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        return slug.ToString().Trim('-') is { Length: > 0 } text ? text : "schedule";
    }

    private static string Describe(Row row)
    {
        var until = row.ResumeAt is { } at
            ? " until " + DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : "";
        var name = row.Name.Length > 0 ? $"\"{row.Name}\" " : "";
        return $"{name}{row.Recurrence} {row.Zone} {(row.Enabled ? "on" : "off")}{until}";
    }

    private static Row Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5) is 1, reader.GetInt64(6),
        reader.TextOrNull(7), reader.LongOrNull(8));

    private sealed record Row(long Id, string Key, string Name, string Recurrence, string Zone, bool Enabled, long Version, string? Reason, long? ResumeAt);
}
