using System.Data.Common;
using System.Diagnostics;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CrmSync.Benchmarks;

/// <summary>
/// Measures how long an act over many rows takes in the ledger: export of the log, retry of rejected writes, and the planning of an undo of applied ones; on SQLite, and on PostgreSQL where
/// <c>CRMSYNC_TEST_POSTGRES</c> names a server. <c>dotnet run -c Release --project tests/CrmSync.Benchmarks -- acts [rows]</c>
/// </summary>
internal static class Acts
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(int rows)
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-acts-").FullName;
        try
        {
            var file = Path.Combine(folder, "ledger.db");
            await MeasureAsync("SQLite", new LedgerOptions { File = file }, () => new SqliteConnection($"Data Source={file}"), rows);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
        if (Environment.GetEnvironmentVariable("CRMSYNC_TEST_POSTGRES") is not { Length: > 0 } server)
            return;
        var name = $"crmsync_acts_{Guid.NewGuid():N}";
        await AdministerAsync(server, $"create database {name}");
        try
        {
            var target = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
            await MeasureAsync("PostgreSQL", new LedgerOptions { ConnectionString = target }, () => new NpgsqlConnection(target), rows);
        }
        finally
        {
            await AdministerAsync(server, $"drop database if exists {name} with (force)");
        }
    }

    private static async Task MeasureAsync(string title, LedgerOptions options, Func<DbConnection> open, int rows)
    {
        await using var ledger = await Ledger.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        var connections = await ledger.RegisterConnectionsAsync(
            [new ConnectionSeed("hubspot-main", "hubspot", "Main", WriteMode.On, DateTimeOffset.UnixEpoch)], CancellationToken.None);
        await using (var db = open())
        {
            await db.OpenAsync();
            foreach (var statement in Seed)
                await db.ExecuteAsync(statement, new { rows, connection = connections[0].Id, now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() });
        }
        await Exports.MeasureAsync(title, ledger);
        await TellAsync(title, ledger, new ActRequest(RunKind.Retry, connections[0].Id, "outcome=rejected", "benchmark"));
        await using (var db = open())
        {
            await db.OpenAsync();
            await db.ExecuteAsync("update intent set status = 'applied', value_before = 'ND', shadow_before = 'ND', value_after = value, code = null");
        }
        await TellAsync(title, ledger, new ActRequest(RunKind.Undo, connections[0].Id, "label=engagement", "benchmark"));
    }

    private static async Task TellAsync(string title, Ledger ledger, ActRequest request)
    {
        var watch = Stopwatch.StartNew();
        var count = await ledger.CountActAsync(request, CancellationToken.None);
        var counted = watch.Elapsed;
        var run = await ledger.StartActAsync(request, CancellationToken.None);
        var due = (await ledger.TakeDueAsync(TimeProvider.System.GetUtcNow(), 8, 100, CancellationToken.None)).Single(batch => batch.Kind == BatchKind.Act);
        var batch = (await ledger.ClaimAsync(due.Id, "benchmark", Lease, CancellationToken.None))!;
        var longest = TimeSpan.Zero;
        while ((await ledger.FindActAsync(run, CancellationToken.None))! is var act && act.Position < act.UpToId)
        {
            var began = watch.Elapsed;
            await ledger.CommitAsync(batch, new LedgerChange { ActStep = true }, Lease, CancellationToken.None);
            longest = watch.Elapsed - began > longest ? watch.Elapsed - began : longest;
        }
        await ledger.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Completed() }, Lease, CancellationToken.None);
        var done = (await ledger.FindActAsync(run, CancellationToken.None))!;
        Console.WriteLine(FormattableString.Invariant(
            $"{title}: {request.Kind} of {count:N0} rows: counted in {counted.TotalSeconds:0.00} s, carried out in {(watch.Elapsed - counted).TotalSeconds:0.0} s, longest step {longest.TotalMilliseconds:0} ms; {done.Done:N0} done, {done.LeftOut:N0} left out"));
    }

    private static async Task AdministerAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await connection.ExecuteAsync(sql);
    }

    // In an empty ledger ids begin at 1, so a row's number is its id everywhere.
    private const string Numbers = "with recursive n(i) as (select 1 union all select i + 1 from n where i < @rows)";

    private static readonly string[] Seed =
    [
        $"""
        {Numbers} insert into activity (connection_id, object_type, external_id, type, evidence, occurred_at, crm_created_at, crm_modified_at, content_hash, status,
          first_seen_at, content_changed_at)
        select @connection, 'calls', cast(i as text), 'call', '{"{}"}', @now, @now, @now, 'h', 'decided', @now, @now from n order by n.i
        """,
        $"""
        {Numbers} insert into decision (activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash,
          write_property, write_value, decided_at)
        select i, 'engagement', '1', 'engaged', 'decided', 0.9, 'rules', 'r-1', 'Because.', '[]', 'h', 'trueai_engaged', 'ENGAGED', @now from n order by n.i
        """,
        $"""
        {Numbers} insert into intent (connection_id, target_type, target_id, property, taxonomy, activity_id, decision_id, value, status, code, attempt, created_at, updated_at)
        select @connection, 'calls', cast(i as text), 'trueai_engaged', 'engagement', i, i, 'ENGAGED', 'rejected', 'hubspot.option', 1, @now, @now from n order by n.i
        """,
    ];
}
