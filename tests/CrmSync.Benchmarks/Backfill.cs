using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CrmSync.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.Benchmarks;

/// <summary>How a backfill is measured.</summary>
/// <param name="Activities">Activities in all.</param>
/// <param name="Crms">hubspot, salesforce or both.</param>
/// <param name="Quotas">Whether the simulators refuse what is beyond their limits, and our own gate paces itself by them at a budget of 100 %.</param>
internal sealed record BackfillOptions(int Activities, IReadOnlyList<string> Crms, bool Quotas)
{
    public int PerCrm => Activities / Crms.Count;

    /// <summary>Reads <c>backfill [activities] [hubspot|salesforce|both] [quotas]</c>.</summary>
    public static BackfillOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new BackfillOptions(20_000, ["hubspot", "salesforce"], Quotas: false);
        foreach (var argument in arguments)
        {
            options = argument switch
            {
                "hubspot" or "salesforce" => options with { Crms = [argument] },
                "both" => options,
                "quotas" => options with { Quotas = true },
                _ => options with { Activities = int.Parse(argument, CultureInfo.InvariantCulture) },
            };
        }
        return options;
    }
}

/// <summary>
/// Measures <c>crmsync backfill</c> end to end: simulated CRMs in a process of their own, the command in another one on SQLite, from its start until every activity is
/// decided about and written; then a poll that reads our own writes again. Prints activities per second, peak memory, and the requests beside the fewest possible. <c>dotnet run -c Release --project tests/CrmSync.Benchmarks -- backfill [activities] [hubspot|salesforce|both] [quotas]</c>
/// </summary>
internal static class Backfill
{
    private const int HubSpotPort = 15081;
    private const int SalesforcePort = 15082;

    public static async Task RunAsync(BackfillOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("crmsync-backfill-").FullName;
        List<string> simulate = ["simulate", "--activities", $"{options.PerCrm}", "--hubspot-port", $"{HubSpotPort}", "--salesforce-port", $"{SalesforcePort}", "--model-port", "15083"];
        if (!options.Quotas)
            simulate.Add("--no-quotas");
        using var simulators = ServiceProcess.Start(folder, simulate);
        try
        {
            await SaysAsync(simulators, "Ctrl+C");
            WriteSettings(folder, options);
            using (var setup = ServiceProcess.Start(folder, ["setup", "--yes"]))
            {
                _ = setup.StandardOutput.ReadToEndAsync();
                await setup.WaitForExitAsync();
            }

            using var calls = new SimulatorCalls(new Dictionary<string, int> { ["hubspot"] = HubSpotPort, ["salesforce"] = SalesforcePort });
            await calls.ClearAsync();
            var watch = Stopwatch.StartNew();
            using var backfill = ServiceProcess.Start(folder, ["backfill", "--from", "2020-01-01T00:00:00Z"]);
            var said = backfill.StandardOutput.ReadToEndAsync();
            var peak = await ServiceProcess.PeakMemoryAsync(backfill);
            var took = watch.Elapsed;
            Console.WriteLine((await said).Trim());
            if (backfill.ExitCode != 0)
                throw new InvalidOperationException("The backfill did not complete.");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{options.Activities:N0} activities in {took.TotalSeconds:F1} s from process start to its end: {options.Activities / took.TotalSeconds:N0} activities/s; peak memory {peak / 1024:N0} MB"));
            var busy = await calls.ReadAsync(options.Crms);
            await ReadEchoAsync(folder);
            var all = await calls.ReadAsync(options.Crms);
            foreach (var crm in options.Crms)
                await BackfillFigures.PrintAsync(folder, crm, busy[crm], all[crm], took, options.Quotas);
        }
        finally
        {
            simulators.Kill();
        }
    }

    public static Task<Ledger> OpenAsync(string folder) => Ledger.OpenAsync(
        new LedgerOptions { File = Path.Combine(folder, "ledger.db"), Host = false }, TimeProvider.System, NullLoggerFactory.Instance, default);

    // Our own writes moved the records' modified time, so the next poll gives every one of them back once.
    private static async Task ReadEchoAsync(string folder)
    {
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System);
        using var poll = ServiceProcess.Start(folder, ["poll"]);
        Console.WriteLine((await poll.StandardOutput.ReadToEndAsync()).Trim());
        await poll.WaitForExitAsync();
    }

    private static void WriteSettings(string folder, BackfillOptions options)
    {
        object hubSpotBudget = options.Quotas ? new { DayShare = 1 } : new { BurstLimit = 1_000_000, SearchPerSecond = 100_000, DailyLimit = 100_000_000, DayShare = 1 };
        object salesforceBudget = options.Quotas ? new { DayShare = 1 } : new { RequestsPerSecond = 100_000, DailyLimit = 100_000_000, DayShare = 1 };
        Dictionary<string, object> known = new()
        {
            ["hubspot"] = new
            {
                Key = "hubspot", Kind = "hubspot", WriteMode = "On", BackfillDays = 730,
                HubSpot = new { BaseAddress = $"http://127.0.0.1:{HubSpotPort}/", Token = "pat-sim-hubspot", Budget = hubSpotBudget },
            },
            ["salesforce"] = new
            {
                Key = "salesforce", Kind = "salesforce", WriteMode = "On", BackfillDays = 730,
                Salesforce = new { LoginAddress = $"http://127.0.0.1:{SalesforcePort}/", ClientId = "sim-client", ClientSecret = "sim-secret", Budget = salesforceBudget },
            },
        };
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), JsonSerializer.Serialize(new
        {
            CrmSync = new
            {
                Ledger = new { File = Path.Combine(folder, "ledger.db") },
                Console = new { Port = 15080 },
                Polling = new { Fresh = "every 24h", Settled = "every 24h", Records = "every 24h", Links = "every 24h", Settle = "00:00:05" },
                Connections = options.Crms.Select(crm => known[crm]).ToArray(),
            },
        }));
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
