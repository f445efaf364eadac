using Microsoft.Extensions.Logging;

namespace CrmSync.Storage.Database;

/// <summary>Brings the schema up to date, or says why it cannot be used.</summary>
internal sealed partial class Migrator(LedgerDatabase database, IReadOnlyList<Migration> known, ILogger<Migrator> logger)
{
    private const string Table = """
        create table if not exists schema_migration (
          number bigint primary key,
          name text not null,
          checksum text not null,
          oldest_node bigint not null,
          applied_at bigint not null
        )
        """;

    /// <summary>All in one transaction under a lock: several nodes may start at once, and a migration that fails leaves nothing behind.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken) =>
        database.MigrateAsync(MigrateAsync, cancellationToken);

    private async Task MigrateAsync(Session session)
    {
        await session.ExecuteAsync(Table);
        var applied = await session.QueryAsync(
            "select number, name, checksum, oldest_node from schema_migration order by number",
            null,
            reader => new Migration((int)reader.GetInt64(0), reader.GetString(1), "", reader.GetString(2), (int)reader.GetInt64(3)));
        Check(applied);
        var due = known.Where(migration => applied.All(row => row.Number != migration.Number)).ToList();
        foreach (var migration in due)
        {
            await session.ExecuteAsync(migration.Sql);
            await session.ExecuteAsync(
                "insert into schema_migration (number, name, checksum, oldest_node, applied_at) values (@Number, @Name, @Checksum, @OldestNode, @Now)",
                new { Number = (long)migration.Number, migration.Name, migration.Checksum, OldestNode = (long)migration.OldestNode, session.Now });
            LogApplied(logger, migration.Name);
        }

        if (due.Count > 0 && await database.FindOrphanAsync(session) is { } orphan)
        {
            throw new LedgerException(
                "ledger.broken_reference",
                $"The ledger could not be brought to schema {due[^1].Name}: {orphan}. Nothing was changed; restore the ledger from a backup, or start the version that wrote it.");
        }
    }

    private void Check(IReadOnlyList<Migration> applied)
    {
        var newest = known.Count is 0 ? 0 : known[^1].Number;
        foreach (var row in applied)
        {
            if (known.FirstOrDefault(migration => migration.Number == row.Number) is { } same)
            {
                if (same.Checksum != row.Checksum)
                {
                    throw new LedgerException(
                        "ledger.changed_migration",
                        $"Migration {row.Name} of the ledger was applied with another text than this version of crmsync has; run the version that applied it, or restore the file and put the change into a new migration.");
                }
            }
            else if (row.OldestNode > newest)
            {
                throw new LedgerException(
                    "ledger.newer_schema",
                    $"The ledger has schema {row.Name} of a newer crmsync, and this version knows only up to {newest:0000}; start the newer version.");
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Applied ledger migration {Name}")]
    private static partial void LogApplied(ILogger logger, string name);
}
