using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CrmSync.Benchmarks.Pages;
using CrmSync.Storage;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.Benchmarks.Segments;

/// <summary>
/// Everything that segments do on a large ledger, by the product's own commands, each a process of its own: searching, approving, assigning, drafting a pack, learning, a brief, a question. Prints seconds and peak memory.
/// The same file serves <c>pages … --only /segments</c> afterwards. <c>dotnet run -c Release --project tests/CrmSync.Benchmarks -- segments ledger [rows] --ledger FILE</c>
/// </summary>
internal static class LedgerBenchmark
{
    // The ledger's own, at addresses where nobody is: segments are found, assigned and learned from without the CRM, and what is to be written waits for approval.
    private static readonly object[] Connections =
    [
        new { Key = "hubspot-main", Kind = "hubspot", Name = "HubSpot Europe", HubSpot = new { BaseAddress = Nowhere, Token = "none" } },
        new { Key = "salesforce-main", Kind = "salesforce", Name = "Salesforce US", Salesforce = new { LoginAddress = Nowhere, ClientId = "none", ClientSecret = "none" } },
    ];

    private const string Nowhere = "http://127.0.0.1:9/";

    public static async Task RunAsync(PageOptions options)
    {
        var file = Path.GetFullPath(options.File ?? throw new InvalidOperationException("Name the ledger's file with --ledger."));
        await BigLedger.PrepareAsync(new LedgerOptions { File = file }, options.Rows);
        var folder = Directory.CreateTempSubdirectory("crmsync-segments-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), JsonSerializer.Serialize(new { CrmSync = new { Ledger = new { File = file }, Connections } }));
            await RunAsync(folder, "segments", "fit");
            if (await LargestAsync(file) is not ({ } key, var company))
            {
                Console.WriteLine("No segment was found; the other commands have nothing to work on.");
                return;
            }
            await RunAsync(folder, "segments", "approve", key);
            await RunAsync(folder, "segments", "assign");
            await RunAsync(folder, "segments", "pack", "draft", key);
            await RunAsync(folder, "segments", "learn");
            await RunAsync(folder, "segments", "metrics", key);
            await RunAsync(folder, "brief", company.ToString(CultureInfo.InvariantCulture));
            await RunAsync(folder, "ask", key, "What do they object to, and what is asked for most?");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string folder, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = ServiceProcess.Start(folder, arguments);
        var said = process.StandardOutput.ReadToEndAsync();
        var peak = await ServiceProcess.PeakMemoryAsync(process);
        var lines = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{watch.Elapsed.TotalSeconds,7:0.0} s, {peak / 1024,6:N0} MB, exit {process.ExitCode}: crmsync {string.Join(' ', arguments)} → {lines.Length} lines: {lines.LastOrDefault()}"));
    }

    private static async Task<(string? Key, long Company)> LargestAsync(string file)
    {
        await using var ledger = await Ledger.OpenAsync(new LedgerOptions { File = file, Host = false }, TimeProvider.System, NullLoggerFactory.Instance, default);
        await using var db = await ledger.OpenReadAsync(default);
        return await db.QueryFirstOrDefaultAsync<(string?, long)>(
            "select s.key, min(m.company_id) from segment s join segment_member m on m.segment_id = s.id group by s.key order by count(*) desc, s.key limit 1");
    }
}
