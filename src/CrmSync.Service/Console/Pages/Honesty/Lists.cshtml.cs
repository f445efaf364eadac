using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Pages.Honesty;

/// <summary>The lists that matter, each with its first deals.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class ListsModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : HonestyPage(ledger, labels, links, time)
{
    private const int Shown = 5;

    public override string Path => "/pipeline/lists";

    public IReadOnlyList<(HonestyFilter Filter, CappedCount Count, IReadOnlyList<DealRow> First)> Lists { get; private set; } = [];

    public int Days => Filter.Days ?? HonestyFilter.UsualDays;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await ReadFilterAsync(cancellationToken);
        var lists = new List<(HonestyFilter, CappedCount, IReadOnlyList<DealRow>)>();
        foreach (var list in HonestyFilter.Lists)
        {
            var filter = Filter with { List = list, Kind = null, Days = list is "stale" or "silent" ? Filter.Days : null };
            var page = await Deals.PageAsync(filter, new PageRequest(null, null, Shown), cancellationToken);
            lists.Add((filter, await Deals.CountAsync(filter, cancellationToken), page.Rows));
        }

        Lists = lists;
    }
}
