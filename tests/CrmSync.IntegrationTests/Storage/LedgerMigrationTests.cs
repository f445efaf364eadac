using System.Data.Common;
using System.Globalization;
using CrmSync.IntegrationTests.Console;
using CrmSync.Storage;
using CrmSync.Storage.Database;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>A ledger that was filled by an older version must come through a migration with every row.</summary>
public sealed class LedgerMigrationTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const int Former = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-migration-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LedgerOptions Sqlite => new() { File = Path.Combine(_folder, "ledger.db") };

    [Fact]
    public async Task Migrate_FilledSqliteLedger_KeepsEveryRowAndEveryReference()
    {
        await using (var database = await SqliteDatabase.OpenAsync(Sqlite, TimeProvider.System, Token))
            await MigrateAsync(database, Former);
        await using var writer = new SqliteConnection($"Data Source={Sqlite.File};Pooling=false;Foreign Keys=True");
        await writer.OpenAsync(Token);
        await FillAsync(writer);
        var before = await ReadAsync(writer, "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'");

        await using var ledger = await Ledger.OpenAsync(Sqlite, TimeProvider.System, NullLoggerFactory.Instance, Token);

        await CheckAsync(writer, before);
        (await writer.QueryAsync("pragma foreign_key_check")).ShouldBeEmpty();
        // New ids go on where the old ones ended, and references are checked again.
        (await writer.ExecuteScalarAsync<long>("insert into run (kind, connection_id, status, requested_by, started_at) values ('poll_gone', 1, 'paused', 'x', 0) returning id"))
            .ShouldBe(4);
        await using var world = await LedgerWorld.CreateAsync(ledger);
        await Should.ThrowAsync<LedgerException>(() => ledger.SeedAsync([new("x", "poll_records", 99, "every 15s", "UTC", true)], Token));
    }

    [Fact]
    public async Task Migrate_FilledPostgresLedger_KeepsEveryRow()
    {
        PostgresServer.SkipUnlessThere();
        var options = new LedgerOptions { ConnectionString = server.ConnectionString };
        await using (var database = PostgresDatabase.Create(options))
            await MigrateAsync(database, Former);
        await using var writer = new NpgsqlConnection(server.ConnectionString);
        await writer.OpenAsync(Token);
        await FillAsync(writer);
        var before = await ReadAsync(writer, "select table_name from information_schema.tables where table_schema = 'public'");

        await using var ledger = await Ledger.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, Token);

        await CheckAsync(writer, before);
    }

    [Fact]
    public async Task Migrate_LeavesAReferenceWithoutItsRow_IsRefusedAndRolledBack()
    {
        await using var database = await SqliteDatabase.OpenAsync(Sqlite, TimeProvider.System, Token);
        await MigrateAsync(database, Former);
        await using (var writer = new SqliteConnection($"Data Source={Sqlite.File};Pooling=false"))
        {
            await writer.OpenAsync(Token);
            await FillAsync(writer);
        }

        var broken = Migration.Parse("0003-broken", "create table run_new (id integer primary key); drop table run; alter table run_new rename to run;");
        var error = await Should.ThrowAsync<LedgerException>(() => MigrateAsync(database, [.. Migration.Load(LedgerDialect.Sqlite).Take(Former), broken]));

        error.Code.ShouldBe("ledger.broken_reference");
        var runs = await database.ReadAsync(session => session.QueryAsync("select requested_by from run", null, reader => reader.GetString(0)), Token);
        runs.Count.ShouldBe(3);
        await Should.ThrowAsync<LedgerException>(() => database.WriteAsync(null, session => session.ExecuteAsync("delete from run"), Token));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task MigrateAsync(LedgerDatabase database, int upTo) => MigrateAsync(database, [.. Migration.Load(database.Dialect).Take(upTo)]);

    private static Task MigrateAsync(LedgerDatabase database, IReadOnlyList<Migration> known) =>
        new Migrator(database, known, NullLogger<Migrator>.Instance).MigrateAsync(Token);

    private static async Task FillAsync(DbConnection writer)
    {
        var seed = new LedgerSeed(writer, ConsoleHost.Now);
        await seed.ConnectionsAsync();
        await seed.ActivitiesAsync(60, TimeSpan.FromHours(3));
        await seed.ProblemsAsync();
        await writer.ExecuteAsync(
            """
            insert into schedule (key, kind, connection_id, recurrence, zone, enabled, created_at, updated_at)
              values ('sweep', 'sweep', null, '* * * * *', 'UTC', 1, 0, 0), ('hubspot-main/poll-fresh', 'poll_fresh', 1, 'every 15s', 'UTC', 1, 1, 2);
            update run set schedule_id = (select id from schedule where kind = 'poll_fresh') where id = 3;
            insert into scan (connection_id, object_type, kind, from_at, to_at, position, status, run_id, batch_id, started_at)
              values (1, 'calls', 'fresh', 1, 2, 'p', 'open', 3, 1, 5), (1, 'calls', 'backfill', 1, 2, null, 'drained', 1, null, 5);
            """);
    }

    // Every table with all its rows, as text, each row with the columns that it had.
    private static async Task<Dictionary<string, List<string>>> ReadAsync(DbConnection reader, string tables)
    {
        var found = new Dictionary<string, List<string>>();
        foreach (var table in (await reader.QueryAsync<string>(tables)).Where(table => table is not "schema_migration").ToList())
            found[table] = await RowsAsync(reader, table, null);
        return found;
    }

    private static async Task CheckAsync(DbConnection reader, Dictionary<string, List<string>> before)
    {
        before.Count.ShouldBeGreaterThan(12);
        foreach (var (table, rows) in before)
        {
            var columns = rows.Count is 0 ? null : rows[0].Split('\u001F').Select(cell => cell.Split('=')[0]).ToHashSet();
            var kept = table is "schedule" ? rows.Where(row => !row.Contains("kind=sweep", StringComparison.Ordinal)) : rows;
            (await RowsAsync(reader, table, columns)).ShouldBe(kept, table);
        }
    }

    private static async Task<List<string>> RowsAsync(DbConnection reader, string table, HashSet<string>? columns)
    {
        var rows = (await reader.QueryAsync($"select * from {table}")).Cast<IDictionary<string, object?>>();
        return [.. rows.Select(row => string.Join('\u001F', row
            .Where(cell => columns is null || columns.Contains(cell.Key))
            .Select(cell => string.Create(CultureInfo.InvariantCulture, $"{cell.Key}={cell.Value}")))).Order(StringComparer.Ordinal)];
    }
}
