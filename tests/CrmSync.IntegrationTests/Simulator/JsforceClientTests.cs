using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using CrmSync.Simulator.Salesforce;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>jsforce from npm, unmodified but for its addresses, against the simulator. It proves the wire format, not that it equals Salesforce.</summary>
public sealed class JsforceClientTests
{
    private const int Checks = 21;
    private const int Rows = 10_000;
    private const int OldestNode = 22;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Jsforce_EveryRoute_Works()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string folder = FindFolder();
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            SkipUnlessCi($"jsforce is not installed; run npm ci in {Path.GetRelativePath(Root(), folder)}.");
        if (await NodeVersionAsync(cancel) is not >= OldestNode)
            SkipUnlessCi($"jsforce 3.10.26 needs Node {OldestNode} or later on the PATH.");
        using RSA key = RSA.Create(2048);
        await using SalesforceSimulator simulator = await SalesforceSimulator.StartAsync(
            new() { JwtPublicKey = key.ExportSubjectPublicKeyInfoPem() }, TimeProvider.System, cancel);
        simulator.Load(SalesforceWorlds.Many(Rows + 50));

        (int code, string output) = await RunAsync(folder, simulator.BaseAddress, key.ExportPkcs8PrivateKeyPem(), cancel);

        output.Split('\n').Where(line => line.StartsWith("FAIL ", StringComparison.Ordinal)).ShouldBeEmpty(output);
        code.ShouldBe(0, output);
        output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(Checks, output);
    }

    private static async Task<(int Code, string Output)> RunAsync(string folder, Uri address, string key, CancellationToken cancel)
    {
        ProcessStartInfo start = new("node", ["check.mjs", address.ToString(), $"{Rows}"])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["JWT_KEY"] = key;
        using Process process = new() { StartInfo = start };
        process.Start();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, output + await errors);
    }

    // Null where there is no node at all.
    private static async Task<int?> NodeVersionAsync(CancellationToken cancel)
    {
        using Process process = new() { StartInfo = new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true, UseShellExecute = false } };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return null;
        }

        string version = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) ? major : null;
    }

    private static void SkipUnlessCi(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }

    private static string FindFolder() => Path.Combine(Root(), "tests", "CrmSync.IntegrationTests", "Clients", "jsforce");

    private static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "CrmSync.sln")))
            at = at.Parent;
        return at?.FullName ?? throw new InvalidOperationException("CrmSync.sln stands in no folder above the tests.");
    }
}
