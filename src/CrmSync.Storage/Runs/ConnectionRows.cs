using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>The CRM connections that the ledger knows.</summary>
internal sealed class ConnectionRows(LedgerDatabase database)
{
    public const string Columns = "id, key, kind, name, write_mode, backfill_from_at, mode_reason, mode_by, mode_at, resume_at, resume_mode";

    public Task<IReadOnlyList<Connection>> RegisterAsync(IReadOnlyList<ConnectionSeed> seeds, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<Connection>>(
            null,
            async session =>
            {
                var registered = new List<Connection>();
                foreach (var seed in seeds.OrderBy(seed => seed.Key, StringComparer.Ordinal))
                    registered.Add(await RegisterAsync(session, seed));
                return [.. seeds.Select(seed => registered.First(connection => connection.Key == seed.Key))];
            },
            cancellationToken);

    public async Task<IReadOnlyList<Connection>> ListAsync(CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.QueryAsync($"select {Columns} from connection order by id", null, Read), cancellationToken);

    public Task<string> BindAccountAsync(long connectionId, string accountId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connectionId,
            async session => await session.FirstAsync(
                "update connection set account = coalesce(account, @accountId) where id = @connectionId returning account",
                new { connectionId, accountId },
                reader => reader.GetString(0))
                ?? throw new InvalidOperationException($"The ledger has no connection {connectionId}; list the connections for their ids."),
            cancellationToken);

    private static async Task<Connection> RegisterAsync(Session session, ConnectionSeed seed)
    {
        var row = await session.FirstAsync(
            $"""
            insert into connection (key, kind, name, write_mode, backfill_from_at, created_at) values (@Key, @Kind, @Name, @mode, @from, @Now)
            on conflict (key) do update set name = excluded.name
            returning {Columns}
            """,
            new { seed.Key, seed.Kind, seed.Name, mode = Stored.Name(seed.WriteMode), from = seed.BackfillFrom.ToUnixTimeMilliseconds(), session.Now },
            Read);
        return row!.Kind == seed.Kind
            ? row
            : throw new InvalidOperationException(
                $"Connection \"{seed.Key}\" is a {row.Kind} connection in the ledger and {seed.Kind} in the configuration; give the new one another key.");
    }

    public static Connection Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), Stored.Parse<WriteMode>(reader.GetString(4)), reader.Instant(5))
    {
        ModeReason = reader.TextOrNull(6),
        ModeBy = reader.TextOrNull(7),
        ModeAt = reader.InstantOrNull(8),
        ResumeAt = reader.InstantOrNull(9),
        ResumeMode = reader.TextOrNull(10) is { } resumed ? Stored.Parse<WriteMode>(resumed) : null,
    };
}
