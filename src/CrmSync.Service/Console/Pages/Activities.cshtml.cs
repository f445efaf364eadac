using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Pages;

/// <summary>Activities, the newest touch first.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class ActivitiesModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    public ActivityFilter Filter { get; private set; } = ActivityFilter.All;

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public KeysetPage<ActivityRow> Found { get; private set; } = new([], null, null);

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Filter = ActivityFilter.Parse(QueryParts, out var faults, "before", "after");
        Faults = faults;
        Connections = await ledger.Activities.ConnectionsAsync(cancellationToken);
        Found = await ledger.Activities.PageAsync(Filter, PageFromQuery(), cancellationToken);
    }

    public string NameOf(ActivityRow row) => Connections.First(connection => connection.Id == row.ConnectionId).Name;
}
