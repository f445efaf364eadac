using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>The history of runs.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class RunsModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    public RunFilter Filter { get; private set; } = RunFilter.Default;

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public KeysetPage<RunCard> Found { get; private set; } = new([], null, null);

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    /// <summary>Whether this is the newest page, the only one that changes.</summary>
    public bool IsNewest { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
        await LoadAsync(cancellationToken);
    }

    /// <summary>The list alone, for a page that keeps itself fresh.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Partial("_RunList", this);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Filter = RunFilter.Parse(QueryParts, out var faults, "before", "after", "handler");
        Faults = faults;
        var page = PageFromQuery();
        IsNewest = page is { Before: null, After: null };
        Found = await ledger.Jobs.Runs.PageAsync(Filter, page, cancellationToken);
    }
}
