using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Jobs;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>A backfill, step by step. Every step is an address; only the preview and the start change anything.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class BackfillModel(LedgerReader ledger, RunOrders orders, EstimateDesk estimates, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Jobs.Backfill");

    /// <summary>Waiting writes that a preview looks at.</summary>
    public const int Sample = 20;

    private const int Steps = 5;

    // A page is drawn at once; where the CRM takes longer, the page looks again.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1_500);

    public int Step { get; private set; } = 1;

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public ConnectionView? Connection { get; private set; }

    public IReadOnlyList<string> AllTypes { get; private set; } = [];

    public IReadOnlyList<string> Types { get; private set; } = [];

    public DateTimeOffset? From { get; private set; }

    public DateTimeOffset? To { get; private set; }

    /// <summary>The estimate; null while the CRM is still being asked.</summary>
    public EstimateAnswer? Answer { get; private set; }

    public PreviewView? Preview { get; private set; }

    public IReadOnlyList<PreviewRowView> Examples { get; private set; } = [];

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>What would be read, in a sentence.</summary>
    public string Summary => T["ChangedFromToUTC", Connection?.Name, Types.Count == 0 ? T["AllTypes"] : string.Join(", ", Types), From?.UtcDateTime, To?.UtcDateTime];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>What is still being found out, alone.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Step switch
        {
            3 => Partial("_Estimate", this),
            4 when Preview is not null => Partial("_PreviewSample", this),
            _ => NotFound(),
        };
    }

    /// <summary>Looks at a sample of what waits to be written.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (Connection is null)
            return Page();
        var outcome = await orders.ActAsync(new ActRequest(RunKind.Preview, Connection.Id, "", Actor) { Sample = Sample }, cancellationToken);
        return outcome.RunId is { } run ? LocalRedirect($"{Link(4)}&preview={run}") : Refuse(outcome.Sentence);
    }

    /// <summary>Starts it.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostStartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        if (Connection is null || Step < Steps)
            return Page();
        var outcome = await orders.BackfillAsync(Connection.Key, new RunWishes(Types, From, To), Answer?.Estimate?.Forecast.Activities, Actor, null, cancellationToken);
        return outcome.RunId is { } run ? LocalRedirect($"/jobs/runs/{run}?done=started") : Refuse(outcome.Sentence);
    }

    /// <summary>The address of a step with what is chosen so far.</summary>
    public string Link(int step)
    {
        List<(string Name, string? Value)> parts =
        [
            ("step", step.ToString(CultureInfo.InvariantCulture)), ("connection", Connection?.Key), ("from", ScheduleForm.Field(From)), ("to", ScheduleForm.Field(To)),
            .. Types.Select(type => ("type", (string?)type)), ("preview", Preview?.RunId.ToString(CultureInfo.InvariantCulture)),
        ];
        return "/jobs/backfill?" + string.Join('&', parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
    }

    /// <summary>A span in whole minutes.</summary>
    public static string Minutes(TimeSpan span) => $"{TimeText.Number((long)Math.Max(1, Math.Ceiling(span.TotalMinutes)))} min";

    /// <summary>What becomes of a write.</summary>
    public static string Verdict(string verdict) => verdict switch
    {
        "write" => "written",
        "unchanged" => T["ThereAlready"],
        "kept" => T["StaysAsSomebodyElseSetIt"],
        "gone" => T["TheRecordIsGone"],
        _ => verdict,
    };

    private PageResult Refuse(string sentence)
    {
        Fault = sentence;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
        Connection = Connections.FirstOrDefault(candidate => candidate.Key == Request.Query["connection"]);
        var wanted = int.TryParse(Request.Query["step"], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? Math.Clamp(step, 1, Steps) : 1;
        if (Connections.Count == 0)
            Fault = T["ThereIsNoConnectionYetAddOne"];
        if (Connection is null)
            return;
        AllTypes = orders.TypesOf("backfill", Connection.Key);
        Types = [.. Request.Query["type"].OfType<string>().Where(AllTypes.Contains).Distinct()];
        Step = wanted < 3 ? wanted : ReadRange() ? wanted : 2;
        if (Step is 3 or Steps)
            Answer = await estimates.FindAsync(new EstimateAsk(Connection.Key, From!.Value, To!.Value, string.Join(',', Types)), Patience, cancellationToken);
        if (long.TryParse(Request.Query["preview"], NumberStyles.None, CultureInfo.InvariantCulture, out var run) && await ledger.Previews.FindAsync(run, cancellationToken) is { } found && found.ConnectionKey == Connection.Key)
        {
            Preview = found;
            if (Step == 4)
                Examples = await ledger.Previews.ExamplesAsync(run, Sample, cancellationToken);
        }
    }

    private bool ReadRange()
    {
        if (!ScheduleForm.TryInstant(Request.Query["from"], out var from) || !ScheduleForm.TryInstant(Request.Query["to"], out var to))
        {
            Fault = T["ATimeCannotBeReadWriteItLike2026"];
            return false;
        }

        (From, To) = (from, to);
        if (from is not null && to is not null && from < to)
            return true;
        Fault = T["TheRangeNeedsABeginThatLies"];
        return false;
    }
}
