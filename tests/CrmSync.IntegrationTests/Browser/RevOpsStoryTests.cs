using System.Globalization;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Simulator;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>What somebody of RevOps does on a Monday, in a real browser: find a wrong label, correct it, see it in the CRM, undo, see the former value there again.</summary>
public sealed class RevOpsStoryTests(BrowserHouse house) : IClassFixture<BrowserHouse>
{
    private const string Property = "trueai_engaged";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrongLabel_CorrectedSeenInTheCrmAndUndone_StandsThereAsBefore()
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Operator);
        var page = await context.NewPageAsync();

        // A label that looks wrong …
        await page.GotoAsync(new Uri(demo.ConsoleAddress, "log?connection=hubspot&outcome=applied&label=engagement:engaged&purpose=label").ToString());
        var row = page.Locator("table.log tbody tr").First;
        var activity = (await row.Locator("a.subject").GetAttributeAsync("href"))!.Split('/')[^1];
        var record = (await row.Locator("a.record").InnerTextAsync()).Split(' ');
        ValueOf(record).ShouldBe("ENGAGED");

        // … is corrected in the review …
        await page.GotoAsync(new Uri(demo.ConsoleAddress, $"review?taxonomy=engagement&row={activity}").ToString());
        await page.Locator("button[name='label'][value='not-engaged']").ClickAsync();
        await page.GetByText("Saved:").WaitForAsync();

        // … and stands in the CRM.
        await IsInTheCrmAsync(record, "NOT ENGAGED");
        await page.GotoAsync(new Uri(house.Crms.HubSpot.BaseAddress, $"records/{record[0]}/{record[1]}").ToString());
        (await page.Locator("main").InnerTextAsync()).ShouldContain("NOT ENGAGED");

        // It was right after all: the write is ticked in the log and taken back, after a look at what that does.
        await page.GotoAsync(new Uri(demo.ConsoleAddress, $"log?record={record[0]}/{record[1]}&label=engagement&outcome=applied&by=person").ToString());
        await page.Locator("input[name='row']").First.CheckAsync();
        await page.Locator("select[name='act']").SelectOptionAsync("undo");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "See what it would do" }).ClickAsync();
        (await page.Locator(".trial .figure strong").InnerTextAsync()).ShouldBe("1");
        await BrowserHouse.PictureAsync(page, "acts-of-one");
        await page.GetByLabel("Reason").FillAsync("it was right after all");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await BrowserHouse.ArriveAsync(page, "/jobs/runs/[^/]+$");
        var run = page.Url.Split('/')[^1];
        await IsInTheCrmAsync(record, "ENGAGED");

        // The log tells who did it and why.
        await page.GotoAsync(new Uri(demo.ConsoleAddress, $"log?run={run}").ToString());
        await page.Locator("a.write-link").First.ClickAsync();
        var told = await page.Locator("main").InnerTextAsync();
        told.ShouldContain("Olga Operator");
        told.ShouldContain("it was right after all");
        await BrowserHouse.PictureAsync(page, "write-undone");
    }

    [Fact]
    public async Task Run_UndoneAsAFilterMeansIt_TheRecordHoldsWhatItHeldBefore()
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Operator);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(demo.ConsoleAddress, "log?connection=hubspot&outcome=applied&label=engagement:nd&purpose=label&by=model").ToString());
        var row = page.Locator("table.log tbody tr").First;
        var record = (await row.Locator("a.record").InnerTextAsync()).Split(' ');
        ValueOf(record).ShouldBe("ND");
        await row.Locator("a.write-link").ClickAsync();
        var run = long.Parse((await page.Locator("main a[href^='/log?run=']").GetAttributeAsync("href"))!.Split('=')[^1], CultureInfo.InvariantCulture);

        await page.GotoAsync(new Uri(demo.ConsoleAddress, $"log?run={run}&record={record[0]}/{record[1]}&label=engagement").ToString());
        await page.GetByLabel("on all that match").CheckAsync();
        await page.Locator("select[name='act']").SelectOptionAsync("undo");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "See what it would do" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Undo" }).ClickAsync();
        await BrowserHouse.ArriveAsync(page, "/jobs/runs/[^/]+$");

        await IsInTheCrmAsync(record, null);
    }

    private Task IsInTheCrmAsync(string[] record, string? value) =>
        Eventually.IsTrueAsync(() => Task.FromResult(ValueOf(record) == value), $"{string.Join(' ', record)} holds {value ?? "nothing"}; it holds {ValueOf(record)}", Patience, Token);

    private string? ValueOf(string[] record)
    {
        ISimulatedCrm crm = house.Crms.HubSpot;
        return crm.Find(record[0], record[1]).ShouldNotBeNull().Properties.GetValueOrDefault(Property) is { Length: > 0 } value ? value : null;
    }
}
