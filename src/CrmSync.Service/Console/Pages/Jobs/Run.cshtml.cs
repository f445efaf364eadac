using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Jobs;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using CrmSync.Storage.Reading.Lists;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>One run: how far it has come, what it says, and what can be done with it.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class RunModel(LedgerReader ledger, IRunStore runs, RunOrders orders, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Jobs.Run");

    public const int LinesShown = 50;

    public long Id { get; private set; }

    public RunCard? Run { get; private set; }

    public RunAct? Act { get; private set; }

    public RunAdvance Advance { get; private set; } = new(null, "", null);

    public IReadOnlyList<RunScan> Scans { get; private set; } = [];

    public IReadOnlyList<RunBatchCount> Counts { get; private set; } = [];

    public IReadOnlyList<RunBatch> Batches { get; private set; } = [];

    public IReadOnlyList<RunLine> Lines { get; private set; } = [];

    public IReadOnlyList<RunLength> Lengths { get; private set; } = [];

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public Task<IActionResult> OnGetAsync(long id, string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "started" => T["TheRunIsEnteredAHostTakesItUp"],
            "paused" => T["TheRunIsHeldWhatIsUnderWayEnds"],
            "running" => T["TheRunGoesOnWhereItStopped"],
            "cancelled" => T["TheRunIsEndedForGoodWhatItStored"],
            _ => null,
        };
        return ShowAsync(id, null, cancellationToken);
    }

    /// <summary>The run without the page around it.</summary>
    public async Task<IActionResult> OnGetLiveAsync(long id, CancellationToken cancellationToken)
    {
        await LoadAsync(id, cancellationToken);
        return Run is null ? NotFound() : Partial("_Run", this);
    }

    /// <summary>Holds it, lets it go on, or ends it.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostChangeAsync(long id, string? to, CancellationToken cancellationToken)
    {
        RunStatus? wanted = to switch
        {
            "paused" => RunStatus.Paused,
            "running" => RunStatus.Running,
            "cancelled" => RunStatus.Cancelled,
            _ => null,
        };
        if (wanted is not { } status)
            return await ShowAsync(id, T["ARunCanBePausedResumedOr"], cancellationToken, StatusCodes.Status400BadRequest);
        if (await runs.ChangeAsync(id, status, Actor, cancellationToken))
            return LocalRedirect($"/jobs/runs/{id}?done={to}");
        var now = await ledger.Jobs.Runs.FindAsync(id, cancellationToken);
        return await ShowAsync(id, T["TheRunIsByNowSoNothingWasChanged", JobWords.Run(now?.State ?? T["Gone"]).ToLowerInvariant()], cancellationToken, StatusCodes.Status409Conflict);
    }

    /// <summary>Starts another run that does the same.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostRepeatAsync(long id, CancellationToken cancellationToken)
    {
        await LoadAsync(id, cancellationToken);
        if (Run is null)
            return await ShowAsync(id, null, cancellationToken);
        var outcome = await orders.RepeatAsync(Run, Scans, Act, Actor, cancellationToken);
        return outcome.RunId is { } run ? LocalRedirect($"/jobs/runs/{run}?done=started") : await ShowAsync(id, outcome.Sentence, cancellationToken, StatusCodes.Status409Conflict);
    }

    private async Task<IActionResult> ShowAsync(long id, string? fault, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        await LoadAsync(id, cancellationToken);
        Fault = fault;
        Response.StatusCode = Run is null ? StatusCodes.Status404NotFound : status;
        return Page();
    }

    private async Task LoadAsync(long id, CancellationToken cancellationToken)
    {
        Id = id;
        Run = await ledger.Jobs.Runs.FindAsync(id, cancellationToken);
        if (Run is null)
            return;
        var parts = ledger.Jobs.Parts;
        Act = await parts.ActAsync(id, cancellationToken);
        Counts = await parts.BatchCountsAsync(id, cancellationToken);
        Batches = await parts.BatchesAsync(id, cancellationToken);
        Scans = Run.Kind == "reconcile" ? await parts.WindowsAsync(id, cancellationToken) : await parts.ScansAsync(id, cancellationToken);
        Lines = await parts.LinesAsync(id, LinesShown, cancellationToken);
        Lengths = await parts.LengthsAsync(Run, cancellationToken);
        Advance = RunAdvance.Of(Run, Act, Counts, Now);
    }
}
