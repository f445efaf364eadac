using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.Benchmarks;

/// <summary>
/// Measures a backfill end to end: simulated CRMs in a process of their own with quotas off, the host in another one on SQLite, from the host's start until
/// every activity is decided about and written. Prints activities per second, the host's peak memory and the requests beside the fewest possible.
/// <c>dotnet run -c Release --project tests/CrmSync.Benchmarks -- backfill [activities]</c>
/// </summary>
internal static class Backfill
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(int activities)
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-backfill-").FullName;
        var (hubSpotPort, salesforcePort) = (15081, 15082);
        var perCrm = activities / 2;
        using var simulators = Start(folder, "simulate", "--no-quotas", "--activities", $"{perCrm}", "--hubspot-port", $"{hubSpotPort}", "--salesforce-port", $"{salesforcePort}", "--model-port", "0");
        try
        {
            await SaysAsync(simulators, "Ctrl+C");
            WriteSettings(folder, hubSpotPort, salesforcePort);
            using (var setup = Start(folder, "setup", "--yes"))
                await setup.WaitForExitAsync();

            var watch = Stopwatch.StartNew();
            using var host = Start(folder, "run");
            try
            {
                await SaysAsync(host, "Console:");
                var started = watch.Elapsed;
                var (settled, took) = await UntilSettledAsync(folder, perCrm, watch);
                var peak = PeakMemory(host);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{settled:N0} activities in {took.TotalSeconds:F1} s from process start: {settled / took.TotalSeconds:N0} activities/s; console reachable after {started.TotalSeconds:F2} s; host peak memory {peak}"));
                await PrintRequestsAsync(folder);
            }
            finally
            {
                host.Kill();
            }
        }
        finally
        {
            simulators.Kill();
        }
    }

    private static async Task<(long Settled, TimeSpan Took)> UntilSettledAsync(string folder, int perCrm, Stopwatch watch)
    {
        await using var ledger = await OpenAsync(folder);
        var queries = new SyncQueries(ledger);
        using var timer = new PeriodicTimer(Look);
        while (await timer.WaitForNextTickAsync())
        {
            long settled = 0, open = 0;
            foreach (var connection in await ledger.ListConnectionsAsync(default))
            {
                var progress = await queries.ReadProgressAsync(connection.Id, default);
                settled += progress.Decided;
                open += progress.Queued + progress.OpenIntents;
            }
            if (settled >= 2L * perCrm && open == 0)
                return (settled, watch.Elapsed);
        }
        throw new InvalidOperationException("The timer ended.");
    }

    // What cannot be done with less, for the routes that are used: pages of the scan, associations (HubSpot), the guard's read, the write.
    private static async Task PrintRequestsAsync(string folder)
    {
        await using var ledger = await OpenAsync(folder);
        await using var connection = await ledger.OpenReadAsync(default);
        foreach (var crm in await ledger.ListConnectionsAsync(default))
        {
            var activities = await ScalarAsync(connection, $"select count(*) from activity where connection_id = {crm.Id}");
            var records = await ScalarAsync(connection, $"select count(*) from (select distinct target_type, target_id from intent where connection_id = {crm.Id})");
            var requests = await ScalarAsync(connection, $"select coalesce(sum(requests), 0) from run where connection_id = {crm.Id}");
            var fewest = crm.Kind == "hubspot"
                ? (activities / 200.0) + (3 * activities / 1_000.0) + (records / 100.0) + (records / 100.0)
                : (activities / 2_000.0) + (records / 200.0) + (records / 200.0);
            var formula = crm.Kind == "hubspot" ? "activities/200 + 3*activities/1000 + 2*records written/100" : "activities/2000 + 2*records written/200";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{crm.Kind}: {activities:N0} activities, {records:N0} records written, {requests:N0} requests ({1000.0 * requests / activities:F1} per 1,000); fewest {fewest:N0} ({1000.0 * fewest / activities:F1} per 1,000) = {formula}; ratio {requests / fewest:F3}"));
        }
    }

    private static async Task<long> ScalarAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private static Task<Ledger> OpenAsync(string folder) => Ledger.OpenAsync(
        new LedgerOptions { File = Path.Combine(folder, "ledger.db"), Host = false }, TimeProvider.System, NullLoggerFactory.Instance, default);

    private static string PeakMemory(Process host) =>
        File.Exists($"/proc/{host.Id}/status") ? File.ReadLines($"/proc/{host.Id}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))[6..].Trim() : "unknown here";

    private static void WriteSettings(string folder, int hubSpotPort, int salesforcePort) => File.WriteAllText(
        Path.Combine(folder, "appsettings.json"),
        JsonSerializer.Serialize(new
        {
            CrmSync = new
            {
                Ledger = new { File = Path.Combine(folder, "ledger.db") },
                Console = new { Port = 15080 },
                Polling = new { Fresh = "every 1h", Settled = "every 1h", Settle = "00:00:05" },
                Connections = new object[]
                {
                    new
                    {
                        Key = "hubspot", Kind = "hubspot", WriteMode = "On", BackfillDays = 730,
                        HubSpot = new { BaseAddress = $"http://127.0.0.1:{hubSpotPort}/", Token = "pat-sim-hubspot", Budget = new { BurstLimit = 1_000_000, SearchPerSecond = 100_000, DayShare = 1 } },
                    },
                    new
                    {
                        Key = "salesforce", Kind = "salesforce", WriteMode = "On", BackfillDays = 730,
                        Salesforce = new { LoginAddress = $"http://127.0.0.1:{salesforcePort}/", ClientId = "sim-client", ClientSecret = "sim-secret", Budget = new { RequestsPerSecond = 100_000, DayShare = 1 } },
                    },
                },
            },
        }));

    private static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "crmsync.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task SaysAsync(Process process, string word)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(word, StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return;
            }
        }
        throw new InvalidOperationException($"The process ended before it said '{word}'.");
    }
}
