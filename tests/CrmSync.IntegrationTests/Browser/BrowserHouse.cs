using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Service.Demo;
using CrmSync.Storage;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using Xunit;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>A running demo and a Chromium, shared by the browser tests of a class; empty where there is no Chromium.</summary>
public sealed class BrowserHouse : IAsyncLifetime
{
    /// <summary>Key of a segment with a pack; no search has to find it first.</summary>
    internal const string Segment = "bill-payment";

    /// <summary>A line of its pack.</summary>
    internal const string Line = "objections-price";

    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-browser-").FullName;
    private SimulatedCrms? _crms;
    private DemoHost? _demo;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser; only after <see cref="Require"/>.</summary>
    internal IBrowser Browser => _browser!;

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

    /// <summary>Takes a picture of a whole page where <c>CRMSYNC_TEST_PICTURES</c> names a folder for them. Who only wants to know whether tests pass is spared the time.</summary>
    internal static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("CRMSYNC_TEST_PICTURES") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }

    /// <summary>
    /// Waits until a click has led to a page whose address matches. Playwright's own <c>WaitForURLAsync</c> can lose the event that it waits for
    /// (it looks and only then listens: github.com/microsoft/playwright-dotnet/issues/3364); this asks the browser again and again.
    /// </summary>
    internal static async Task ArriveAsync(IPage page, [StringSyntax(StringSyntaxAttribute.Regex)] string address)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(address), new PageAssertionsToHaveURLOptions { Timeout = (float)Arrival.TotalMilliseconds });
        await Eventually.IsTrueAsync(async () => await page.EvaluateAsync<string>("document.readyState") == "complete", "the page stands whole", Arrival, TestContext.Current.CancellationToken);
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
        await PlantAsync(token);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = executable,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    // Beside the running host, as a command works.
    private async Task PlantAsync(CancellationToken token)
    {
        await using var ledger = await Ledger.OpenAsync(
            new LedgerOptions { File = Path.Combine(_folder, "ledger.db"), Host = false }, TimeProvider.System, NullLoggerFactory.Instance, token);
        await using var db = await ledger.OpenReadAsync(token);
        var accounts = (await db.QueryAsync<long>("select id from crm_company order by id limit 30")).ToList();
        await ledger.ProposeAsync(
            new FoundSegments(1, accounts.Count, 60, [],
            [
                new FoundSegment("s01", "Bill payment", true, 0.9, new SegmentDescription([new SegmentTerm("bill payment", 2.5, 9, 1)], [], null), [.. accounts.Select(account => new FoundMember(account, 9, 3, 11, 0.4))]),
            ]),
            "search", token);
        await ledger.DecideAsync(new SegmentOrder(Segment, "ada"), SegmentState.Approved, token);
        PackLine[] lines =
        [
            .. PackNames.Order.SelectMany(section => Enumerable.Range(0, 5).Select(number => Written(
                section, $"{section.Slug()}-{number}", $"“entity {number}”: said at {5 + number} of {accounts.Count} accounts, elsewhere at 1 of 60.", number == 4 ? "a definition" : null))),
            Written(PackSection.Objections, Line, "Too expensive per entity.", null),
        ];
        var first = PackEditor.Make(Segment, "Bill payment", lines, 1, PackAuthor.Template, DateTimeOffset.UnixEpoch, "First draft from the data.");
        await ledger.AddAsync(first, "ada", token);
        await ledger.AddAsync(PackEditor.Apply(first, first, [new PackChange.Edit(Line) { Text = "Too dear per entity." }, new PackChange.Retire(lines[0].Id)], PackAuthor.Person("ada"), DateTimeOffset.UnixEpoch, "In their words.").Value!, "ada", token);
        await ledger.ProposeAsync(
            [new PackProposal("p1", Segment, new PackChange.Retire(lines[1].Id), "Nobody says so any more.", PackEvidence.Of(figures: "0 of 12 new notes"), ProposalSource.Learning, PackAuthor.Template, DateTimeOffset.UnixEpoch)],
            "learning", token);

        PackLine Written(PackSection section, string id, string text, string? needs) => new(
            id, section, "entity", text, PackTier.Common, PackEvidence.Of(accounts.Take(20).Select(AccountKey.Of), ["1", "2", "3"], figures: $"{accounts.Count} accounts"), PackAuthor.Template, PackLineState.Draft)
        {
            Needs = needs, ChangedAt = DateTimeOffset.UnixEpoch,
        };
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
