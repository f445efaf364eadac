using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Jobs;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>One schedule: how it stands, its rhythm, run it now, hold it, and what people did with it.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class ScheduleModel(LedgerReader ledger, IScheduleDesk desk, RunOrders orders, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Jobs.Schedule");

    private const int ActsShown = 10;

    public long Id { get; private set; }

    public ScheduleView? View { get; private set; }

    public ScheduleOutlook Outlook { get; private set; } = new();

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public IReadOnlyList<string> Types { get; private set; } = [];

    public IReadOnlyList<AuditRow> Acts { get; private set; } = [];

    public string? Name { get; private set; }

    public string? RecurrenceText { get; private set; }

    public string? Zone { get; private set; }

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public Task<IActionResult> OnGetAsync(long id, string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "created" => T["TheScheduleIsMadeRunningHosts"],
            "saved" => T["SavedRunningHostsFollowWithin"],
            "paused" => T["TheScheduleIsPausedNothingOfIt"],
            "resumed" => T["TheScheduleGoesOnWithItsNextTime"],
            _ => null,
        };
        return ShowAsync(id, null, cancellationToken);
    }

    /// <summary>Shows what a changed rhythm comes to without saving it.</summary>
    [Needs(ApiRole.Operator)]
    public Task<IActionResult> OnPostCheckAsync(long id, string? name, string? recurrence, string? zone, CancellationToken cancellationToken)
    {
        Keep(name, recurrence, zone);
        return ShowAsync(id, null, cancellationToken);
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostSaveAsync(long id, long version, string? name, string? recurrence, string? zone, CancellationToken cancellationToken)
    {
        if (await ledger.Jobs.Schedules.FindAsync(id, cancellationToken) is not { } view)
            return await ShowAsync(id, null, cancellationToken);
        if (ScheduleForm.Read(name, view.Kind, view.ConnectionId, recurrence, zone, out var fault) is not { } draft)
        {
            Keep(name, recurrence, zone);
            return await ShowAsync(id, fault, cancellationToken, StatusCodes.Status400BadRequest);
        }

        // The form shows a key where there is no name; leaving it so names nothing.
        var named = view.Name.Length == 0 && draft.Name == view.Title ? draft with { Name = "" } : draft;
        return await EndAsync(id, await desk.ChangeScheduleAsync(id, version, named, Actor, cancellationToken), "saved", cancellationToken);
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostPauseAsync(long id, long version, string? reason, string? until, CancellationToken cancellationToken)
    {
        if (ScheduleForm.Reason(reason) is not { } why)
            return await ShowAsync(id, T["APauseNeedsAReasonOf1To", ScheduleForm.LongestReason], cancellationToken, StatusCodes.Status400BadRequest);
        return ScheduleForm.TryInstant(until, out var end)
            ? await EndAsync(id, await desk.PauseScheduleAsync(id, version, why, end, Actor, cancellationToken), "paused", cancellationToken)
            : await ShowAsync(id, T["TheEndOfThePauseCannotBeRead"], cancellationToken, StatusCodes.Status400BadRequest);
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostResumeAsync(long id, long version, CancellationToken cancellationToken) =>
        await EndAsync(id, await desk.ResumeScheduleAsync(id, version, Actor, cancellationToken), "resumed", cancellationToken);

    /// <summary>Runs it once, now; what is left blank is as usual.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostRunAsync(long id, string? on, string[]? types, string? from, string? to, CancellationToken cancellationToken)
    {
        if (await ledger.Jobs.Schedules.FindAsync(id, cancellationToken) is not { } view)
            return await ShowAsync(id, null, cancellationToken);
        if (!ScheduleForm.TryInstant(from, out var begin) || !ScheduleForm.TryInstant(to, out var end) || (begin is null && end is not null))
            return await ShowAsync(id, T["ARangeNeedsABeginAndTimesLike"], cancellationToken, StatusCodes.Status400BadRequest);
        var outcome = await orders.RunNowAsync(view, on ?? view.ConnectionKey, new RunWishes(types ?? [], begin, end), Actor, cancellationToken);
        return outcome.RunId is { } run ? LocalRedirect($"/jobs/runs/{run}?done=started") : await ShowAsync(id, outcome.Sentence, cancellationToken, StatusCodes.Status409Conflict);
    }

    private void Keep(string? name, string? recurrence, string? zone) => (Name, RecurrenceText, Zone) = (name, recurrence, zone);

    private async Task<IActionResult> EndAsync(long id, ScheduleAnswer answer, string done, CancellationToken cancellationToken) =>
        ScheduleForm.FaultOf(answer) is { } fault
            ? await ShowAsync(id, fault, cancellationToken, StatusCodes.Status409Conflict)
            : LocalRedirect($"/jobs/schedules/{id}?done={done}");

    private async Task<IActionResult> ShowAsync(long id, string? fault, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        Id = id;
        View = await ledger.Jobs.Schedules.FindAsync(id, cancellationToken);
        Response.StatusCode = View is null ? StatusCodes.Status404NotFound : status;
        if (View is null)
            return Page();
        Fault = fault;
        Outlook = ScheduleOutlook.Of(RecurrenceText ?? View.Recurrence, Zone ?? View.Zone, Now);
        Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
        Types = orders.TypesOf(View.Kind, View.ConnectionKey);
        Acts = await ledger.Jobs.Schedules.ActsAsync(View.Key, ActsShown, cancellationToken);
        return Page();
    }
}
