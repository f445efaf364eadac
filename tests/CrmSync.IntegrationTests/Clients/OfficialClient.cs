using System.Diagnostics;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Clients;

/// <summary>Runs the checks of a vendor's own, unmodified client against a simulator. Each check prints <c>ok NAME</c> or <c>FAIL NAME reason</c>.</summary>
internal static class OfficialClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Runs <c>node check.mjs ARGS</c> in <c>Clients/FOLDER</c>. Skips with the reason where Node or the folder's packages are missing, but not in CI
    /// (<c>CI=true</c>), which installs both.
    /// </summary>
    /// <param name="folder">Folder under Clients.</param>
    /// <param name="expectedChecks">How many checks there are, so that none can drop out unseen.</param>
    /// <param name="args">Addresses and keys for the checks.</param>
    public static Task RunAsync(string folder, int expectedChecks, params string[] args) =>
        RunAsync(folder, expectedChecks, args, new Dictionary<string, string>());

    /// <summary>The same, with variables for what is too long or too secret for a command line.</summary>
    public static async Task RunAsync(string folder, int expectedChecks, IReadOnlyList<string> args, IReadOnlyDictionary<string, string> variables)
    {
        var token = TestContext.Current.CancellationToken;
        var place = Folder(folder);
        if (!Directory.Exists(Path.Combine(place, "node_modules")))
            Missing($"the packages of tests/CrmSync.IntegrationTests/Clients/{folder} are not installed; run npm ci there.");

        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = place, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add("check.mjs");
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Start(start);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(Patience);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        var lines = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var all = $"{string.Join('\n', lines)}\n{await complained}";
        lines.Where(line => line.StartsWith("FAIL ", StringComparison.Ordinal)).ShouldBeEmpty(all);
        process.ExitCode.ShouldBe(0, all);
        lines.Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(expectedChecks, all);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing("node is not installed.");
            throw;
        }
    }

    /// <summary>A folder under Clients in the repository.</summary>
    public static string Folder(string name) => RepositoryFolder.PathOf(Path.Combine("tests", "CrmSync.IntegrationTests", "Clients", name));

    /// <summary>Skips with the reason, or fails in CI, which installs everything.</summary>
    public static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"This cannot be checked: {reason}");
        Assert.Skip($"This is not checked: {reason}");
    }
}
