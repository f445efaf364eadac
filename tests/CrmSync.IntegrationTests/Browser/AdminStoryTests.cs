using System.Globalization;
using CrmSync.Pipeline.Access;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>An admin's story: make a schedule, run it now, watch it, hold it with a reason, and find all that in the audit.</summary>
public sealed class AdminStoryTests(BrowserHouse house) : IClassFixture<BrowserHouse>
{
    [Theory]
    [InlineData(1280, ColorScheme.Light, true)]
    [InlineData(360, ColorScheme.Dark, false)]
    public async Task Schedule_MadeRunWatchedAndPaused_IsToldEverywhere(int width, ColorScheme scheme, bool script)
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Admin, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 844 }, ColorScheme = scheme, JavaScriptEnabled = script, TimezoneId = "America/New_York",
        });
        var page = await context.NewPageAsync();
        var name = $"Everything at half past two {width}";

        await page.GotoAsync(new Uri(demo.ConsoleAddress, "jobs").ToString());
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "New schedule" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(name);
        await page.Locator("input[name=kind][value=poll_reach_back]").CheckAsync();
        await page.GetByLabel("Rhythm").FillAsync("30 2 * * *");
        await page.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        // With script the words come while one types; without it the button brings them.
        if (!script)
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Check" }).ClickAsync();
        var outlook = page.Locator("#outlook");
        await outlook.GetByText("at 02:30 every day (Europe/Berlin)").WaitForAsync();
        (await outlook.Locator("tbody tr").CountAsync()).ShouldBe(5);
        (await outlook.InnerTextAsync()).ShouldContain("clocks go forward from 02:00 to 03:00: the run of 02:30 comes at 03:00.");
        await BrowserHouse.PictureAsync(page, $"story-create-{width}");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Create" }).ClickAsync();
        await BrowserHouse.ArriveAsync(page, @"/jobs/schedules/[^/]+\?done=created$");
        var schedule = page.Url.Split('?')[0];

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Run now" }).ClickAsync();
        await BrowserHouse.ArriveAsync(page, @"/jobs/runs/[^/]+\?done=started$");
        await BrowserHouse.PictureAsync(page, $"story-run-{width}");
        var state = page.Locator("#run-state .chip");
        for (var look = 0; look < 120 && await state.InnerTextAsync() is not "Completed"; look++)
        {
            if (!script)
                await page.ReloadAsync();
            else
                await page.WaitForTimeoutAsync(500);
        }
        (await state.InnerTextAsync()).ShouldBe("Completed");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("Ada Admin", Case.Insensitive);
        await BrowserHouse.PictureAsync(page, $"story-done-{width}");

        await page.GotoAsync(schedule);
        await page.GetByLabel("Reason").FillAsync("The CRM is being cleaned up");
        await page.GetByLabel("Resumes by itself").FillAsync(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(2).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause", Exact = true }).ClickAsync();
        await BrowserHouse.ArriveAsync(page, @"\?done=paused$");
        var stands = await page.Locator(".pause-note").InnerTextAsync();
        stands.ShouldContain("Paused");
        stands.ShouldContain("The CRM is being cleaned up");
        stands.ShouldContain("until");
        var audit = await page.Locator("section[aria-labelledby=acts-title]").InnerTextAsync();
        audit.ShouldContain("Created");
        audit.ShouldContain("The CRM is being cleaned up");
        await BrowserHouse.PictureAsync(page, $"story-paused-{width}");

        await page.GotoAsync(new Uri(demo.ConsoleAddress, "jobs").ToString());
        (await page.GetByRole(AriaRole.Row, new PageGetByRoleOptions { Name = name }).InnerTextAsync()).ShouldContain("The CRM is being cleaned up");
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).ShouldBeTrue();
    }

    [Fact]
    public async Task Backfill_FromTheFirstStepToTheRun_AsksTheCrmAndStarts()
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Operator);
        var page = await context.NewPageAsync();

        await page.GotoAsync(new Uri(demo.ConsoleAddress, "jobs/backfill").ToString());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Next" }).ClickAsync();
        await page.GetByLabel("notes").CheckAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Next: estimate" }).ClickAsync();
        await page.Locator("#estimate .figures").WaitForAsync();
        await BrowserHouse.PictureAsync(page, "backfill-estimate");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Next: preview" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Look at a sample" }).ClickAsync();
        await page.Locator("#preview").WaitForAsync();
        await BrowserHouse.PictureAsync(page, "backfill-preview");
        await page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Next: start" }).ClickAsync();
        await BrowserHouse.PictureAsync(page, "backfill-start");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start" }).ClickAsync();
        await BrowserHouse.ArriveAsync(page, @"/jobs/runs/[^/]+\?done=started$");
        (await page.Locator("main").InnerTextAsync()).ShouldContain("type=notes");
    }
}
