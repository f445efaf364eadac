using CrmSync.Pipeline.Access;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>
/// Opens the pages in a real Chromium as their users will. Needs Chromium: the path in <c>CRMSYNC_TEST_CHROMIUM</c>, or <c>/usr/bin/chromium</c>.
/// Pictures go to the test output folder.
/// </summary>
public sealed class BrowserTests(BrowserHouse house) : IClassFixture<BrowserHouse>
{
    private static readonly (string Name, string Path)[] Pages = [("overview", ""), ("log", "log"), ("activities", "activities"), ("review", "review"), ("models", "models"), ("alerts", "alerts"), ("connections", "connections"), ("connection", "connections/hubspot"), ("taxonomies", "taxonomies"), ("taxonomy-edit", "taxonomies/edit?taxonomy=stage"), ("settings", "settings"), ("audit", "audit"), ("people", "people"), ("account", "account")];

    [Theory]
    [InlineData(1280, 900, ColorScheme.Light, true)]
    [InlineData(390, 844, ColorScheme.Dark, true)]
    [InlineData(1280, 900, ColorScheme.Dark, false)]
    [InlineData(390, 844, ColorScheme.Light, false)]
    public async Task Pages_AnyWidthAndScheme_ShowWithoutErrorsAndWithoutSidewaysScrolling(int width, int height, ColorScheme scheme, bool script)
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Admin, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, JavaScriptEnabled = script,
        });
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                faults.Add(message.Text);
        };
        page.PageError += (_, fault) => faults.Add(fault);
        foreach (var (name, path) in Pages)
        {
            var answer = await page.GotoAsync(new Uri(demo.ConsoleAddress, path).ToString());
            answer!.Status.ShouldBe(200);
            (await page.Locator("main h1").CountAsync()).ShouldBe(1);
            // Evaluating needs script in the page's world, which Playwright keeps even where the page's own script is off.
            (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).ShouldBeTrue($"{name} at {width} px scrolls sideways");
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(house.Pictures, $"{name}-{width}-{scheme}-{(script ? "script" : "plain")}.png"), FullPage = true });
        }
        faults.ShouldBeEmpty("a strict content-security policy reports what breaks it to the browser's console");
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
        await page.WaitForURLAsync("**/activities/*");
        var story = page.Url;
        var shown = await page.Locator("article.answer").AllInnerTextsAsync();
        shown.Count.ShouldBe(2, "both taxonomies answered");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(house.Pictures, "story.png"), FullPage = true });

        // … to the record in the simulated CRM, where a rep sees it.
        var link = await page.Locator($"main a[href^='{demo.HubSpotAddress}'], main a[href^='{demo.SalesforceAddress}']").First.GetAttributeAsync("href");
        link.ShouldNotBeNull($"the story at {story} links to the CRM");
        await page.GotoAsync(link);
        var record = await page.Locator("main").InnerTextAsync();
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(house.Pictures, "record.png"), FullPage = true });
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
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(house.Pictures, $"sign-in-{width}.png"), FullPage = true });

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Look around as viewer" }).ClickAsync();
        page.Url.ShouldEndWith("/log?outcome=applied");
        (await page.Locator(".who").InnerTextAsync()).ShouldContain("Vera Viewer");
        (await page.Locator("nav a[href='/people'], nav a[href='/review']").CountAsync()).ShouldBe(0, "a viewer's menu has what a viewer may");

        await page.GotoAsync(new Uri(demo.ConsoleAddress, "people").ToString());
        (await page.Locator("main").InnerTextAsync()).ShouldContain("This takes the role admin. You are signed in as viewer.");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(house.Pictures, $"refused-{width}.png"), FullPage = true });
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
}
