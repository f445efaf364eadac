using System.Diagnostics;
using System.Globalization;

namespace CrmSync.Benchmarks;

/// <summary>The product's own command line, as a process beside this one.</summary>
internal static class ServiceProcess
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>Starts a command in a folder whose <c>appsettings.json</c> it reads.</summary>
    public static Process Start(string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "crmsync.dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Waits for a process to end.</summary>
    /// <returns>Its largest memory in kilobytes; it takes its figures with it when it ends, so the last quarter of a second is not in it.</returns>
    public static async Task<long> PeakMemoryAsync(Process process)
    {
        long peak = 0;
        using var timer = new PeriodicTimer(Look);
        while (!process.HasExited && await timer.WaitForNextTickAsync())
        {
            try
            {
                var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(text => text.StartsWith("VmHWM", StringComparison.Ordinal));
                peak = line is null ? peak : Math.Max(peak, long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
            }
            catch (IOException)
            {
                // It has just ended, or this system keeps no such file.
            }
        }
        await process.WaitForExitAsync();
        return peak;
    }
}
