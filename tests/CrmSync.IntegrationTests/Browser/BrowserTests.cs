using System.Collections.Concurrent;
using CrmSync.Pipeline.Access;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>
/// Opens the pages in a real Chromium as their users will. Needs Chromium: the path in <c>CRMSYNC_TEST_CHROMIUM</c>, or <c>/usr/bin/chromium</c>.
/// Pictures are taken where <c>CRMSYNC_TEST_PICTURES</c> names a folder.
/// </summary>
public sealed class BrowserTests(BrowserHouse house) : IClassFixture<BrowserHouse>
{
    private const double Still = 0.01;
    private const long Light = 150_000;

    // As in a train: pages come in pieces, so what moves while they come is seen to move, on a fast machine too.
    private static readonly Dictionary<string, object> SlowLine = new(StringComparer.Ordinal) { ["offline"] = false, ["latency"] = 20, ["downloadThroughput"] = 50_000, ["uploadThroughput"] = -1 };

    // What arrives while somebody looks may move what stands below it; here a page is judged as it loads.
    private const string Quiet = "window.EventSource = class extends EventTarget { readyState = 1; close() { } };";

    // Shifts that happened before the observer came are told to it, too.
    private const string Shift =
        """
        () => new Promise(done => {
          let sum = 0;
          const moved = [];
          new PerformanceObserver(list => {
            for (const entry of list.getEntries().filter(entry => !entry.hadRecentInput)) {
              sum += entry.value;
              moved.push(...entry.sources.map(source => source.node?.id || source.node?.className || source.node?.nodeName));
            }
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => setTimeout(() => done({ sum, moved: moved.join(", ") }), 150));
        })
        """;

    [Theory]
    [InlineData(1280, 900, ColorScheme.Light, true)]
    [InlineData(1280, 900, ColorScheme.Dark, true)]
    [InlineData(360, 780, ColorScheme.Light, true)]
    [InlineData(360, 780, ColorScheme.Dark, true)]
    [InlineData(1280, 900, ColorScheme.Dark, false)]
    [InlineData(360, 780, ColorScheme.Light, false)]
    public async Task Pages_AnyWidthAndScheme_AreShownStillLightAndAccessible(int width, int height, ColorScheme scheme, bool script)
    {
        var demo = house.Require();
        // Without script only the looks are checked: the checker is a script.
        var checker = script ? await Accessibility.RequireAsync(TestContext.Current.CancellationToken) : null;
        var faults = new List<string>();
        foreach (var group in BrowserPages.All.GroupBy(wanted => wanted.Role))
        {
            await using var context = await house.OpenAsync(group.Key, new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, JavaScriptEnabled = script,
            });
            await context.AddInitScriptAsync(Quiet);
            var weights = new Dictionary<string, long>(StringComparer.Ordinal);
            // One tab for all of them: a tab of its own per page takes longer than the page.
            var page = await context.NewPageAsync();
            var at = "";
            var devtools = await context.NewCDPSessionAsync(page);
            // Assets that a page before has loaded are weighed with this one, too.
            await devtools.SendAsync("Network.setCacheDisabled", new Dictionary<string, object> { ["cacheDisabled"] = true });
            if (script && scheme == ColorScheme.Light)
                await devtools.SendAsync("Network.emulateNetworkConditions", SlowLine);
            var requests = new ConcurrentQueue<IRequest>();
            page.Console += (_, message) =>
            {
                // A strict content-security policy reports what breaks it here; that a page is not there is said on purpose.
                if (message.Type is "error" or "warning" && !message.Text.Contains("404", StringComparison.Ordinal))
                    faults.Add($"{at}: {message.Text}");
            };
            page.PageError += (_, fault) => faults.Add($"{at}: {fault}");
            page.RequestFinished += (_, request) => requests.Enqueue(request);
            foreach (var wanted in group)
            {
                at = $"{wanted.Name}, {width} px, {scheme}{(script ? "" : ", without script")}";
                requests.Clear();
                var answer = await page.OpenAsync(demo.ConsoleAddress, wanted);
                if (answer.Status != (wanted.Name == "not-found" ? 404 : 200))
                    faults.Add($"{at}: {answer.Status} from {answer.Url}");
                if (await page.Locator("main h1").CountAsync() != 1)
                    faults.Add($"{at}: not one heading");
                // Evaluating needs script in the page's world, which Playwright keeps even where the page's own script is off.
                if (!await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                    faults.Add($"{at}: scrolls sideways");
                await BrowserHouse.PictureAsync(page, $"{wanted.Name}-{width}-{scheme}-{(script ? "script" : "plain")}");
                if (checker is null)
                    continue;
                if (await page.EvaluateAsync<LayoutShift>(Shift) is { Sum: >= Still } shift)
                    faults.Add($"{at}: its layout moves by {shift.Sum:0.000}: {shift.Moved}");
                faults.AddRange((await Accessibility.CheckAsync(page, checker, onlyColours: scheme == ColorScheme.Dark)).Select(fault => $"{at}: {fault}"));
                if (await WeighAsync(requests, answer.Url, weights) is var weight and > Light)
                    faults.Add($"{at}: {weight:N0} bytes over the wire");
            }
        }
        faults.ShouldBeEmpty(string.Join('\n', faults));
    }

    // The page and every asset that it asks for, as if none of them were kept from before.
    private static async Task<long> WeighAsync(IReadOnlyCollection<IRequest> requests, string address, Dictionary<string, long> weights)
    {
        var all = 0L;
        foreach (var request in requests.Where(request => request.Url == address || request.Url.Contains("/assets/", StringComparison.Ordinal)).DistinctBy(request => request.Url))
        {
            var sizes = await request.SizesAsync();
            weights[request.Url] = Math.Max(weights.GetValueOrDefault(request.Url), sizes.ResponseBodySize + sizes.ResponseHeadersSize);
            all += weights[request.Url];
        }
        return all;
    }

    [Fact]
    public async Task Checker_PageThatIsBroken_FindsWhatIsWrong()
    {
        var demo = house.Require();
        var checker = await Accessibility.RequireAsync(TestContext.Current.CancellationToken);
        await using var context = await house.OpenAsync(ApiRole.Viewer);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(demo.ConsoleAddress, "codes").ToString());
        await page.EvaluateAsync("() => { const picture = document.createElement('img'); picture.src = '/assets/none.svg'; document.querySelector('main').append(picture); }");

        (await Accessibility.CheckAsync(page, checker)).ShouldHaveSingleItem().ShouldStartWith("image-alt");
    }

    [Fact]
    public async Task Label_FollowedFromListToStoryToCrm_IsTheSameEverywhere()
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Operator);
        var page = await context.NewPageAsync();

        // From the write-back log, filtered to one label that the CRM took …
        await page.GotoAsync(new Uri(demo.ConsoleAddress, "log?outcome=applied").ToString());
        await page.Locator("main a[href^='/activities/']").First.ClickAsync();

        // … to the activity's story …
        await BrowserHouse.ArriveAsync(page, "/activities/[^/]+$");
        var story = page.Url;
        var shown = await page.Locator("article.answer").AllInnerTextsAsync();
        shown.Count.ShouldBe(2, "both taxonomies answered");
        await BrowserHouse.PictureAsync(page, "story");

        // … to the record in the simulated CRM, where a rep sees it.
        var link = await page.Locator($"main a[href^='{demo.HubSpotAddress}'], main a[href^='{demo.SalesforceAddress}']").First.GetAttributeAsync("href");
        link.ShouldNotBeNull($"the story at {story} links to the CRM");
        await page.GotoAsync(link);
        var record = await page.Locator("main").InnerTextAsync();
        await BrowserHouse.PictureAsync(page, "record");
        var values = demo.Taxonomies.All.SelectMany(taxonomy => taxonomy.Labels).ToList();
        var expected = values.Where(label => shown.Any(text => text.Contains(label.Name, StringComparison.OrdinalIgnoreCase) && !text.Contains("Unsure", StringComparison.OrdinalIgnoreCase)))
            .OrderByDescending(label => label.Name.Length).First();
        record.ShouldContain(expected.Value);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task SignIn_ByOneClick_ComesBackToThePageAskedForAndOutAgain(int width, ColorScheme scheme)
    {
        var demo = house.Require();
        await using var context = await house.Browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 844 }, ColorScheme = scheme });
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(demo.ConsoleAddress, "log?outcome=applied").ToString());
        page.Url.ShouldContain("/sign-in?return=");
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).ShouldBeTrue();
        await BrowserHouse.PictureAsync(page, $"sign-in-{width}");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Look around as viewer" }).ClickAsync();
        page.Url.ShouldEndWith("/log?outcome=applied");
        (await page.Locator(".who").InnerTextAsync()).ShouldContain("Vera Viewer");
        (await page.Locator("nav a[href='/people'], nav a[href='/review']").CountAsync()).ShouldBe(0, "a viewer's menu has what a viewer may");

        await page.GotoAsync(new Uri(demo.ConsoleAddress, "people").ToString());
        (await page.Locator("main").InnerTextAsync()).ShouldContain("This takes the role admin. You are signed in as viewer.");
        await BrowserHouse.PictureAsync(page, $"refused-{width}");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        (await page.Locator("main").InnerTextAsync()).ShouldContain("You are signed out.");
    }

    [Fact]
    public async Task Overview_Keyboard_ReachesTheMenuAndTheMainPart()
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Operator);
        var page = await context.NewPageAsync();
        await page.GotoAsync(demo.ConsoleAddress.ToString());
        await page.Keyboard.PressAsync("Tab");
        (await page.EvaluateAsync<string>("document.activeElement.getAttribute('href')")).ShouldBe("#main", "the first stop skips the menu");
        await page.Keyboard.PressAsync("Enter");
        (await page.EvaluateAsync<string>("document.activeElement.id")).ShouldBe("main");
    }

    private sealed record LayoutShift
    {
        public double Sum { get; init; }

        public string Moved { get; init; } = "";
    }
}
