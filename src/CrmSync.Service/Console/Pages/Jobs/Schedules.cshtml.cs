using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>All schedules with their next and last time.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class SchedulesModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Jobs.Schedules");

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public string? Note { get; private set; }

    public Task OnGetAsync(string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "deleted" => T["TheScheduleIsDeletedItsRunsStay"],
            _ => null,
        };
        return LoadAsync(cancellationToken);
    }

    /// <summary>The list alone, for a page that keeps itself fresh.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Partial("Jobs/_Schedules", this);
    }

    private async Task LoadAsync(CancellationToken cancellationToken) =>
        Rows = [.. (await ledger.Jobs.Schedules.ListAsync(cancellationToken)).Select(view => Row.Of(view, Now))];

    /// <summary>A schedule with its rhythm in words and its next time.</summary>
    internal sealed record Row(ScheduleView View, string Words, DateTimeOffset? Next)
    {
        public static Row Of(ScheduleView view, DateTimeOffset now) => Recurrence.TryParse(view.Recurrence, view.Zone, out var recurrence, out var fault)
            ? new Row(view, recurrence.Describe(), view.Enabled == 1 ? recurrence.NextAfter(now) : null)
            : new Row(view, fault, null);
    }
}
