using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>Makes a schedule. "Check" shows what it comes to without making it; where the script runs, that happens while somebody types.</summary>
[Needs(ApiRole.Operator)]
internal sealed class ScheduleNewModel(LedgerReader ledger, IScheduleDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public string? Name { get; private set; }

    public string Kind { get; private set; } = ScheduleKinds.All[0];

    public long? Connection { get; private set; }

    public string? RecurrenceText { get; private set; }

    public string? Zone { get; private set; }

    public ScheduleOutlook? Outlook { get; private set; }

    public string? Fault { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);

    /// <summary>What a rhythm comes to, while it is typed.</summary>
    public IActionResult OnGetOutlook(string? recurrence, string? zone) => Partial("_Outlook", ScheduleOutlook.Of(recurrence, zone, Now));

    [Needs(ApiRole.Operator)]
    public async Task OnPostCheckAsync(string? name, string? kind, long? connection, string? recurrence, string? zone, CancellationToken cancellationToken)
    {
        Keep(name, kind, connection, recurrence, zone);
        Outlook = ScheduleOutlook.Of(recurrence, zone, Now);
        Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostCreateAsync(string? name, string? kind, long? connection, string? recurrence, string? zone, CancellationToken cancellationToken)
    {
        Keep(name, kind, connection, recurrence, zone);
        Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
        var known = Connections.Any(candidate => candidate.Id == connection) ? connection : null;
        if (ScheduleForm.Read(name, kind, known, recurrence, zone, out var fault) is { } draft)
            return LocalRedirect($"/jobs/schedules/{await desk.CreateScheduleAsync(draft, Actor, cancellationToken)}?done=created");
        Fault = fault;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private void Keep(string? name, string? kind, long? connection, string? recurrence, string? zone) =>
        (Name, Kind, Connection, RecurrenceText, Zone) = (name, kind ?? Kind, connection, recurrence, zone);
}
