using System.Data.Common;
using System.Diagnostics;
using CrmSync.IntegrationTests.Storage;
using CrmSync.Service.Exports;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Api;

/// <summary>
/// How long 100,000 rows take, and what they cost in memory. Measured on request: <c>CrmSync.IntegrationTests -explicit only -class "*ExportFigures"</c>.
/// </summary>
public sealed class ExportFigures(PostgresServer server, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int Rows = 100_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Sqlite()
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-export-").FullName;
        var file = Path.Combine(folder, "ledger.db");
        await using (var ledger = await Ledger.OpenAsync(new LedgerOptions { File = file }, TimeProvider.System, NullLoggerFactory.Instance, Token))
        {
            await using (var db = new SqliteConnection($"Data Source={file}"))
                await FillAsync(db);
            await MeasureAsync("SQLite", ledger, folder);
        }
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact(Explicit = true)]
    public async Task Postgres()
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-export-").FullName;
        await using var ledger = await server.OpenEmptyAsync(Token);
        await using (var db = new NpgsqlConnection(server.ConnectionString))
            await FillAsync(db);
        await MeasureAsync("PostgreSQL", ledger, folder);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task FillAsync(DbConnection db)
    {
        await db.OpenAsync(Token);
        const string Numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < @Rows)";
        foreach (var sql in new[]
        {
            "insert into connection (id, key, kind, name, write_mode, backfill_from_at, created_at) values (1, 'hubspot-main', 'hubspot', 'HubSpot', 'on', 0, 0)",
            $"{Numbers} insert into activity (id, connection_id, object_type, external_id, type, evidence, occurred_at, crm_created_at, crm_modified_at, content_hash, status, first_seen_at, content_changed_at) select i, 1, 'calls', '' || i, 'call', '{{}}', i, i, i, 'h', 'decided', i, i from n",
            $"{Numbers} insert into decision (id, activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash, decided_at) select i, i, 'engagement', '1', 'engaged', 'decided', 0.9, 'rules', 'rules-1', 'Both sides spoke on the call.', '[]', 'h', i from n",
            $"{Numbers} insert into intent (id, connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, value, status, value_after, code, attempt, created_at, updated_at) select i, 1, 'calls', '' || i, 'trueai_engaged', 'engagement', i, i, 'ENGAGED', case when i % 20 = 0 then 'rejected' else 'applied' end, 'ENGAGED', case when i % 20 = 0 then 'hubspot.invalid_option' end, 1, i, i from n",
            $"{Numbers} insert into outcome (id, intent_id, status, at, message) select i, i, 'applied', i, 'The CRM took it.' from n",
        })
            await db.ExecuteAsync(sql, new { Rows });
        if (db is NpgsqlConnection)
            await db.ExecuteAsync("analyze activity, decision, intent, outcome");
    }

    private async Task MeasureAsync(string database, Ledger ledger, string folder)
    {
        var lists = new LedgerReader(ledger, TimeProvider.System).Lists;
        foreach (var (format, query) in new[] { (ExportFormat.Csv, ""), (ExportFormat.JsonLines, ""), (ExportFormat.Csv, "outcome=rejected"), (ExportFormat.Csv, "record=99999") })
        {
            var filter = WriteLogFilter.ParseText(query, out _);
            GC.Collect();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var most = 0L;
            using var watch = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false) - before), null, 0, 20);
            var timer = Stopwatch.StartNew();
            await using var file = File.Create(Path.Combine(folder, "export"));
            var written = await RowWriter.WriteAsync(LedgerExports.Log(lists, filter, Token), format, file, Token);
            output.WriteLine($"{database}, {format}, '{query}': {written} rows, {file.Length / 1e6:0.0} MB in {timer.Elapsed.TotalSeconds:0.00} s, heap at most {most / 1e6:0} MB above the start");
            written.ShouldBe(query switch { "" => Rows, "outcome=rejected" => Rows / 20, _ => 1 });
        }
    }
}
