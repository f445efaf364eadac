using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>Asks before a schedule is deleted.</summary>
[Needs(ApiRole.Operator)]
internal sealed class ScheduleDeleteModel(LedgerReader ledger, IScheduleDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    public ScheduleView? View { get; private set; }

    public string? Fault { get; private set; }

    public async Task OnGetAsync(long id, CancellationToken cancellationToken)
    {
        View = await ledger.Jobs.Schedules.FindAsync(id, cancellationToken);
        if (View is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostAsync(long id, long version, CancellationToken cancellationToken)
    {
        Fault = ScheduleForm.FaultOf(await desk.DeleteScheduleAsync(id, version, Actor, cancellationToken));
        if (Fault is null)
            return LocalRedirect("/jobs?done=deleted");
        Response.StatusCode = StatusCodes.Status409Conflict;
        View = await ledger.Jobs.Schedules.FindAsync(id, cancellationToken);
        return Page();
    }
}
