using CrmSync.Pipeline.Access;
using Microsoft.Playwright;

namespace CrmSync.IntegrationTests.Browser;

/// <summary>A page that the browser tests open.</summary>
/// <param name="Name">Of its pictures.</param>
/// <param name="Path">Its address, without a slash before it.</param>
/// <param name="Role">Who opens it.</param>
/// <param name="Via">Where the address holds an id that nobody knows beforehand: the selector of a link on <paramref name="Path"/> that leads there. Null: the path itself.</param>
internal sealed record BrowserPage(string Name, string Path, ApiRole Role = ApiRole.Admin, string? Via = null);

/// <summary>
/// Every page of the console, once. Whoever makes a page adds a line here; then it is opened at both widths, in both schemes, with and without script, and measured: no sideways scrolling, no error, no layout that moves, little
/// on the wire, nothing that the accessibility checker finds.
/// </summary>
internal static class BrowserPages
{
    public static IReadOnlyList<BrowserPage> All { get; } =
    [
        new("overview", ""),
        new("log", "log"),
        new("log-filtered", "log?outcome=applied&confidence=50-100"),
        new("log-nothing", "log?code=none.such"),
        new("write", "log?outcome=applied", Via: "main a.write-link"),
        new("acts", "log/acts?act=undo&outcome=applied"),
        new("activities", "activities"),
        new("search", "activities?q=demo"),
        new("story", "log?outcome=applied", Via: "main a.subject"),
        new("review", "review"),
        new("second-look", "review?queue=second-look"),
        new("disagreements", "review?queue=disagreements"),
        new("jobs", "jobs"),
        new("schedule-new", "jobs/schedules/new"),
        new("schedule", "jobs/schedules/1"),
        new("schedule-delete", "jobs/schedules/1/delete"),
        new("runs", "jobs/runs"),
        new("run", "jobs/runs/1"),
        new("queues", "jobs/queues"),
        new("letters", "jobs/letters"),
        new("backfill", "jobs/backfill"),
        new("backfill-range", "jobs/backfill?step=2&connection=hubspot"),
        new("pipeline", "pipeline"),
        new("pipeline-groups", "pipeline/groups"),
        new("pipeline-lists", "pipeline/lists"),
        new("pipeline-reps", "pipeline/reps"),
        new("pipeline-stages", "pipeline/stages"),
        new("pipeline-print", "pipeline/print"),
        new("segments", "segments"),
        new("metrics", "metrics"),
        new("brief", "brief"),
        new("brief-found", "brief?q=a"),
        new("evaluation", "evaluation"),
        new("compare", "evaluation/compare"),
        new("connections", "connections"),
        new("connection", "connections/hubspot"),
        new("taxonomies", "taxonomies"),
        new("taxonomy-edit", "taxonomies/edit?taxonomy=stage"),
        new("settings", "settings"),
        new("alerts", "alerts"),
        new("audit", "audit"),
        new("people", "people"),
        new("account", "account"),
        new("codes", "codes"),
        new("not-found", "nowhere"),
    ];

    /// <summary>Opens a page of the list.</summary>
    /// <returns>The answer to the last address.</returns>
    public static async Task<IResponse> OpenAsync(this IPage page, Uri console, BrowserPage wanted)
    {
        var answer = await page.GotoAsync(new Uri(console, wanted.Path).ToString());
        if (wanted.Via is not { } selector)
            return answer!;
        var address = await page.Locator(selector).First.GetAttributeAsync("href");
        return (await page.GotoAsync(new Uri(console, address).ToString()))!;
    }
}
