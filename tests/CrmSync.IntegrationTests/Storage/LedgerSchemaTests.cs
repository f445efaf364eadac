using System.Globalization;
using CrmSync.Storage;
using CrmSync.Storage.Database;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public sealed class LedgerSchemaTests(PostgresServer server) : IClassFixture<PostgresServer>, IDisposable
{
    private const string SqliteColumns = """
        select m.name || '.' || c.name || case when c."notnull" = 1 or c.pk > 0 then ' not null' else '' end
        from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like 'activity_find%'
        """;

    private const string PostgresColumns = """
        select table_name || '.' || column_name || case is_nullable when 'NO' then ' not null' else '' end
        from information_schema.columns where table_schema = 'public'
        """;

    private const string SqliteIndexes = """
        select m.name || '(' || (select group_concat(i.name, ',') from (select name from pragma_index_info(x.name) order by seqno) i) || ')'
          || case when x."unique" = 1 then ' unique' else '' end || case when x.partial = 1 then ' partial' else '' end
        from sqlite_master m join pragma_index_list(m.name) x where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like 'activity_find%'
        """;

    private const string PostgresIndexes = """
        select t.relname || '(' || (select string_agg(a.attname, ',' order by k.n) from unnest(x.indkey) with ordinality k(num, n)
            join pg_attribute a on a.attrelid = t.oid and a.attnum = k.num) || ')'
          || case when x.indisunique then ' unique' else '' end || case when x.indpred is not null then ' partial' else '' end
        from pg_index x join pg_class t on t.oid = x.indrelid join pg_namespace s on s.oid = t.relnamespace where s.nspname = 'public'
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-schema-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "ledger.db");

    [Fact]
    public async Task Migrations_OnBothDatabases_MakeTheSameShape()
    {
        PostgresServer.SkipUnlessThere();
        await using var sqlite = await OpenAsync();
        await using var postgres = await server.OpenEmptyAsync(Token);

        var columns = await ReadAsync(sqlite, SqliteColumns);
        columns.Count.ShouldBeGreaterThan(100);
        columns.ShouldBe(await ReadAsync(postgres, PostgresColumns));
        // A SQLite table whose key is its row id has no index for it.
        var keys = (await ReadAsync(postgres, PostgresIndexes)).Where(index => index.EndsWith("(id) unique", StringComparison.Ordinal)
            || index is "activity_text(activity_id) unique" or "hosted_reason(decision_id) unique" or "activity_search(activity_id) unique"
            // The index of words: a table of its own on SQLite.
            or "activity_search(words)").ToHashSet();
        (await ReadAsync(sqlite, SqliteIndexes)).ShouldBe((await ReadAsync(postgres, PostgresIndexes)).Where(index => !keys.Contains(index)));
    }

    [Fact]
    public void Migrations_OfBothDatabases_HaveTheSameNamesAndNoGaps()
    {
        var sqlite = Migration.Load(LedgerDialect.Sqlite);
        sqlite.Select(migration => migration.Name).ShouldBe(Migration.Load(LedgerDialect.Postgres).Select(migration => migration.Name));
        sqlite.Select(migration => migration.Number).ShouldBe(Enumerable.Range(1, sqlite.Count));
    }

    [Fact]
    public async Task OpenAsync_Again_AppliesNothingTwice()
    {
        await using (await OpenAsync())
        {
        }

        await using var again = await OpenAsync();
        (await ReadAsync(again, "select name from schema_migration")).ShouldBe(["0001-ledger", "0002-reading", "0003-records", "0004-quotas", "0005-asks", "0006-review", "0007-taxonomies", "0008-trust", "0009-accounts", "0010-jobs", "0011-overview", "0012-honesty", "0013-review", "0014-admin", "0015-segments", "0016-packs", "0017-conversations", "0018-learning", "0019-thresholds", "0020-notes", "0021-vectors"]);
    }

    [Theory]
    [InlineData("update schema_migration set checksum = 'other'", "ledger.changed_migration")]
    [InlineData("insert into schema_migration values (9999, '9999-later', 'x', 9999, 0)", "ledger.newer_schema")]
    public async Task OpenAsync_SchemaThatDoesNotFit_IsRefused(string change, string code)
    {
        await AlterAsync(change);
        (await Should.ThrowAsync<LedgerException>(OpenAsync)).Code.ShouldBe(code);
    }

    [Fact]
    public async Task OpenAsync_NewerSchemaThatOlderNodesMayUse_Opens()
    {
        await AlterAsync("insert into schema_migration values (9999, '9999-later', 'x', 1, 0)");
        await using var ledger = await OpenAsync();
    }

    [Fact]
    public async Task Migrator_FailsHalfWay_LeavesNothingBehind()
    {
        await using var database = await SqliteDatabase.OpenAsync(new LedgerOptions { File = File }, TimeProvider.System, Token);
        var broken = Migration.Parse("0001-broken", "create table one (id integer);\ncreate table two (id integer, nonsense here and there;");
        await Should.ThrowAsync<LedgerException>(() => new Migrator(database, [broken], NullLogger<Migrator>.Instance).MigrateAsync(Token));
        var tables = await database.ReadAsync(session => session.QueryAsync("select name from sqlite_master", null, reader => reader.GetString(0)), Token);
        tables.ShouldBeEmpty();
    }

    [Fact]
    public void Migration_OldestNodeMark_IsRead() =>
        Migration.Parse("0007-x", "-- oldest-node: 0005\nselect 1;").OldestNode.ShouldBe(5);

    [Fact]
    public void Migration_LineEndings_DoNotChangeTheChecksum() =>
        Migration.Parse("0007-x", "select 1;\r\n").Checksum.ShouldBe(Migration.Parse("0007-x", "select 1;\n").Checksum);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<Ledger> OpenAsync() =>
        Ledger.OpenAsync(new LedgerOptions { File = File }, TimeProvider.System, NullLoggerFactory.Instance, Token);

    private async Task AlterAsync(string sql)
    {
        await using (await OpenAsync())
        {
        }

        await using var database = await SqliteDatabase.OpenAsync(new LedgerOptions { File = File }, TimeProvider.System, Token);
        await database.WriteAsync(null, session => session.ExecuteAsync(sql), Token);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(Ledger ledger, string sql)
    {
        await using var reader = await ledger.OpenReadAsync(Token);
        return [.. (await reader.QueryAsync<string>(sql)).Select(line => line.ToLower(CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal)];
    }
}
