using System.Diagnostics;
using System.Globalization;
using CrmSync.Storage;
using Npgsql;

namespace CrmSync.Benchmarks.Pages;

/// <summary>How the pages are measured.</summary>
/// <param name="Rows">Activities of the ledger, where it has to be made.</param>
/// <param name="Postgres">Whether the ledger is on the server that <c>CRMSYNC_TEST_POSTGRES</c> names.</param>
/// <param name="File">The ledger's file, or on PostgreSQL the name of its database; kept for the next time. Null: a new one that is deleted afterwards.</param>
/// <param name="Only">Measures only addresses that begin with this; null for all.</param>
/// <param name="AsIs">Whether an existing ledger's index of words and judgements of deals stay as they are.</param>
internal sealed record PageOptions(int Rows, bool Postgres, string? File, string? Only, bool AsIs)
{
    public static PageOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new PageOptions(1_000_000, Postgres: false, File: null, Only: null, AsIs: false);
        for (var at = 0; at < arguments.Length; at++)
        {
            options = arguments[at] switch
            {
                "--postgres" => options with { Postgres = true },
                "--ledger" => options with { File = arguments[++at] },
                PageHost.AsIs => options with { AsIs = true },
                "--only" => options with { Only = arguments[++at] },
                _ => options with { Rows = int.Parse(arguments[at], CultureInfo.InvariantCulture) },
            };
        }
        return options;
    }
}

/// <summary>
/// Measures the server time of every page of the console, warm, on a large ledger, and what goes over the wire. The host is a process of its own; whatever the menu shows is measured, then what its pages link to and filter by.
/// <c>dotnet run -c Release --project tests/CrmSync.Benchmarks -- pages [rows] [--postgres] [--ledger FILE] [--only /log] [--as-is]</c>
/// </summary>
internal static class PageBenchmark
{
    public static async Task RunAsync(PageOptions options)
    {
        if (options.Postgres)
            await OnPostgresAsync(options);
        else
            await OnSqliteAsync(options);
    }

    private static async Task OnSqliteAsync(PageOptions options)
    {
        var folder = options.File is null ? Directory.CreateTempSubdirectory("crmsync-pages-").FullName : null;
        try
        {
            var file = Path.GetFullPath(options.File ?? Path.Combine(folder!, "ledger.db"));
            await BigLedger.PrepareAsync(new LedgerOptions { File = file }, options.Rows);
            await MeasureAsync("SQLite", file, options);
        }
        finally
        {
            if (folder is not null)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnPostgresAsync(PageOptions options)
    {
        var server = Environment.GetEnvironmentVariable("CRMSYNC_TEST_POSTGRES") is { Length: > 0 } named
            ? named
            : throw new InvalidOperationException("CRMSYNC_TEST_POSTGRES names no server.");
        var name = options.File ?? $"crmsync_pages_{Guid.NewGuid():N}";
        await using (var connection = new NpgsqlConnection(server))
        {
            await connection.OpenAsync();
            await using var exists = new NpgsqlCommand($"select 1 from pg_database where datname = '{name}'", connection);
            if (await exists.ExecuteScalarAsync() is null)
            {
                await using var create = new NpgsqlCommand($"create database {name}", connection);
                await create.ExecuteNonQueryAsync();
            }
        }
        try
        {
            var target = new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
            await BigLedger.PrepareAsync(new LedgerOptions { ConnectionString = target, MasterKeyFile = PageHost.KeyFile }, options.Rows);
            await MeasureAsync("PostgreSQL", target, options);
        }
        finally
        {
            if (options.File is null)
            {
                await using var connection = new NpgsqlConnection(server);
                await connection.OpenAsync();
                await using var drop = new NpgsqlCommand($"drop database if exists {name} with (force)", connection);
                await drop.ExecuteNonQueryAsync();
            }
        }
    }

    private static async Task MeasureAsync(string title, string ledger, PageOptions options)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(PageBenchmark).Assembly.Location, PageHost.Word, ledger })
            start.ArgumentList.Add(argument);
        if (options.AsIs)
            start.ArgumentList.Add(PageHost.AsIs);
        using var host = Process.Start(start)!;
        try
        {
            var address = await AddressAsync(host);
            using var rounds = new PageRounds(title, address, options);
            await rounds.RunAsync();
        }
        finally
        {
            host.Kill();
            await host.WaitForExitAsync();
        }
    }

    private static async Task<Uri> AddressAsync(Process host)
    {
        while (await host.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Uri.TryCreate(line, UriKind.Absolute, out var address))
            {
                _ = host.StandardOutput.ReadToEndAsync();
                return address;
            }
            Console.WriteLine(line);
        }
        throw new InvalidOperationException("The host ended before it said where its console is.");
    }
}
