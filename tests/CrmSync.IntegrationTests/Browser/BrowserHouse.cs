using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Service.Demo;
using Microsoft.Playwright;
using Xunit;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>A running demo and a Chromium, shared by the browser tests of a class; empty where there is no Chromium.</summary>
public sealed class BrowserHouse : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-browser-").FullName;
    private SimulatedCrms? _crms;
    private DemoHost? _demo;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser; only after <see cref="Require"/>.</summary>
    internal IBrowser Browser => _browser!;

    /// <summary>Where pictures go: where <c>CRMSYNC_TEST_PICTURES</c> says, else beside the test assembly; never into the repository.</summary>
    internal string Pictures { get; } = Directory.CreateDirectory(
        Environment.GetEnvironmentVariable("CRMSYNC_TEST_PICTURES") is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "pictures")).FullName;

    /// <summary>The CRMs behind the demo; only after <see cref="Require"/>.</summary>
    internal SimulatedCrms Crms => _crms!;

    private static string? Chromium =>
        new[] { Environment.GetEnvironmentVariable("CRMSYNC_TEST_CHROMIUM"), "/usr/bin/chromium" }.FirstOrDefault(path => !string.IsNullOrEmpty(path) && File.Exists(path));

    /// <summary>The synced demo, or a skip that says what is missing.</summary>
    internal DemoHost Require()
    {
        Assert.SkipWhen(_demo is null, "There is no Chromium: install Debian's package 'chromium', or name one in CRMSYNC_TEST_CHROMIUM.");
        return _demo!;
    }

    /// <summary>A browser window of somebody with a role, who came in by one click.</summary>
    internal async Task<IBrowserContext> OpenAsync(ApiRole role, BrowserNewContextOptions? options = null)
    {
        var context = await Browser.NewContextAsync(options);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(Require().ConsoleAddress, "sign-in").ToString());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Look around as {role}" }).ClickAsync();
        await page.Locator(".who").WaitForAsync();
        await page.CloseAsync();
        return context;
    }

    public async ValueTask InitializeAsync()
    {
        if (Chromium is not { } executable)
            return;
        var token = TestContext.Current.CancellationToken;
        _crms = await SimulatedCrms.StartAsync(
            new SimulationOptions { HubSpotPort = 0, SalesforcePort = 0, ModelPort = 0, Activities = 60, QuotasOn = false }, TimeProvider.System, token);
        _demo = await DemoHost.StartAsync(_crms, _folder, consolePort: FreePort.Take(), token);
        await Eventually.IsTrueAsync(async () => (await _demo.ReadProgressAsync(token)).Done, "the demo is synced", Patience, token);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_demo is not null)
            await _demo.DisposeAsync();
        if (_crms is not null)
            await _crms.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
