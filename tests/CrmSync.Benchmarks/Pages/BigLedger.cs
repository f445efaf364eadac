using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using CrmSync.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CrmSync.Benchmarks.Pages;

/// <summary>
/// A ledger as a large company's would be after a year: activities with texts, links, decisions, writes and outcomes; deals, companies, people and owners; runs, audit rows, corrections, comparisons, alerts. Made by SQL
/// alone, the same for the same number of rows. All names are invented.
/// </summary>
internal static class BigLedger
{
    /// <summary>Fills the ledger unless it holds activities already, and brings its roll-ups up to date as a host would.</summary>
    public static async Task PrepareAsync(LedgerOptions options, int rows)
    {
        await FillAsync(options, rows);
        var watch = Stopwatch.StartNew();
        await using var ledger = await Ledger.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        while (await ledger.RollUpLabelsAsync(CancellationToken.None))
        {
            // The days before these.
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Labels per day counted in {watch.Elapsed.TotalSeconds:0.0} s."));
    }

    private static async Task FillAsync(LedgerOptions options, int rows)
    {
        // The product brings its own schema up to date; what follows only fills it.
        await using (await Ledger.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None))
        {
        }
        SqliteConnection.ClearAllPools();
        var isSqlite = string.IsNullOrEmpty(options.ConnectionString);
        await using DbConnection db = isSqlite ? new SqliteConnection($"Data Source={options.File};Pooling=False") : new NpgsqlConnection(options.ConnectionString);
        await db.OpenAsync();
        var known = await db.ExecuteScalarAsync<long>("select coalesce(max(id), 0) from activity");
        if (known > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The ledger holds {known:N0} activities already; it is used as it is."));
            return;
        }
        await FillAsync(db, isSqlite, rows);
    }

    private static async Task FillAsync(DbConnection db, bool isSqlite, int rows)
    {
        var watch = Stopwatch.StartNew();
        List<(string Name, string Sql)> indexes = [];
        if (isSqlite)
        {
            await db.ExecuteAsync("pragma synchronous = off; pragma temp_store = memory; pragma cache_size = -600000; pragma foreign_keys = off");
            // Built in one go afterwards: row by row they would cost most of the time.
            indexes = [.. (await db.QueryAsync<(string, string)>(
                "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in ('activity', 'activity_link', 'decision', 'intent', 'outcome', 'batch', 'run')"))];
            foreach (var (name, _) in indexes)
                await db.ExecuteAsync($"drop index {name}");
        }
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var statement in BigLedgerSql.Statements(isSqlite))
        {
            var began = watch.Elapsed;
            var inserted = await db.ExecuteAsync(new CommandDefinition(statement, new { rows, now, year = 365L * 24 * 60 * 60 * 1_000, deals = Math.Max(1, rows / 10) }, commandTimeout: 3_600));
            if ((watch.Elapsed - began).TotalSeconds > 2)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {inserted,12:N0} rows in {(watch.Elapsed - began).TotalSeconds,5:0.0} s: {statement.Split('(')[0].Split("insert into ")[^1].Trim()}"));
        }
        foreach (var (_, sql) in indexes)
            await db.ExecuteAsync(sql, commandTimeout: 3_600);
        if (!isSqlite)
            await db.ExecuteAsync("analyze", commandTimeout: 3_600);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A ledger of {rows:N0} activities in {watch.Elapsed.TotalSeconds:0} s."));
    }
}
