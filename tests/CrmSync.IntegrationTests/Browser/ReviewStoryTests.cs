using CrmSync.Pipeline.Access;
using Microsoft.Playwright;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>A reviewer's half hour without a mouse: label, skip, abstain, undo, each by one key.</summary>
public sealed class ReviewStoryTests(BrowserHouse house) : IClassFixture<BrowserHouse>
{
    [Fact]
    public async Task Rows_AnsweredByKeysAlone_AreLabelledSkippedAbstainedAndUndone()
    {
        var demo = house.Require();
        await using var context = await house.OpenAsync(ApiRole.Reviewer);
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(demo.ConsoleAddress, "review?taxonomy=stage").ToString());

        // The first label …
        var first = await RowAsync(page);
        await PressAsync(page, "1");
        await page.GetByText("Saved:").WaitForAsync();
        var second = await RowAsync(page);
        second.ShouldNotBe(first);

        // … the next is somebody else's turn …
        await PressAsync(page, "s");
        var third = await RowAsync(page);
        third.ShouldNotBeOneOf(first, second);

        // … this one is none of the stages, and then it was one after all.
        await PressAsync(page, "a");
        (await AnswersAsync(context, demo.ConsoleAddress, third)).ShouldContain("person");
        await PressAsync(page, "u");
        await page.GetByText("Taken back.").WaitForAsync();
        (await AnswersAsync(context, demo.ConsoleAddress, third)).ShouldNotContain("person");

        // What was answered stays answered, what was skipped waits for whoever asks again.
        (await AnswersAsync(context, demo.ConsoleAddress, first)).ShouldContain("person");
        await page.GotoAsync(new Uri(demo.ConsoleAddress, $"review?taxonomy=stage&row={second}").ToString());
        (await RowAsync(page)).ShouldBe(second);

        // A key typed together with another, or into a field, answers nothing.
        await page.Keyboard.PressAsync("Control+1");
        await page.Keyboard.PressAsync("?");
        (await page.Locator("#keys").EvaluateAsync<bool>("keys => keys.open")).ShouldBeTrue();
        (await RowAsync(page)).ShouldBe(second);
    }

    private static Task<string> RowAsync(IPage page) => page.Locator(".judge-form input[name='row']").InputValueAsync();

    // Every key leads to another page, on which nothing is left of this one's marks.
    private static async Task PressAsync(IPage page, string key)
    {
        await page.EvaluateAsync("() => { window.isFormer = true; }");
        await page.Keyboard.PressAsync(key);
        await page.WaitForFunctionAsync("() => !window.isFormer && document.readyState === 'complete'");
    }

    // Who decided, as the story tells it.
    private static async Task<string> AnswersAsync(IBrowserContext context, Uri console, string activity)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(console, $"activities/{activity}").ToString());
        var told = string.Join('\n', await page.Locator("article.answer").AllInnerTextsAsync());
        await page.CloseAsync();
        return told.ToLowerInvariant();
    }
}
