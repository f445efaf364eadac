using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace CrmSync.IntegrationTests.Clients;

/// <summary>A vendor's own client beside these tests, and how to run a script with it.</summary>
internal static class ClientFolder
{
    private static bool InCi => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>
    /// The folder of a client, with its packages there. Where Node or the packages are missing the test is skipped with the way out; under CI
    /// it fails.
    /// </summary>
    public static string Find(string client)
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "CrmSync.sln")))
            root = Path.GetDirectoryName(root);
        var folder = Path.Combine(root ?? "", "tests", "CrmSync.IntegrationTests", "Clients", client);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            Miss($"The {client} client is not installed; run \"npm ci\" in tests/CrmSync.IntegrationTests/Clients/{client}.");
        return folder;
    }

    /// <summary>Runs a script with Node and takes what it prints; ends it with the test.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(string folder, string script, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Miss("Node is not installed; install Node 20 or later to check the vendors' own clients.");
        }
        using var running = node!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        try
        {
            var (output, errors) = (running.StandardOutput.ReadToEndAsync(patience.Token), running.StandardError.ReadToEndAsync(patience.Token));
            await running.WaitForExitAsync(patience.Token);
            return (running.ExitCode, await output + await errors);
        }
        finally
        {
            if (!running.HasExited)
                running.Kill(entireProcessTree: true);
        }
    }

    private static void Miss(string why)
    {
        if (InCi)
            Assert.Fail(why);
        Assert.Skip(why);
    }
}
