using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Honesty;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Pages.Honesty;

/// <summary>One sheet of paper for the weekly meeting.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class PrintModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : HonestyPage(ledger, labels, links, time)
{
    private const int DealsToTalkAbout = 10;

    /// <summary>Reps that fit on the sheet.</summary>
    public const int MostReps = 12;

    public override string Path => "/pipeline/print";

    public DealGroup Whole { get; private set; } = RollUp.Of("", "", []);

    public IReadOnlyList<DealGroup> Reps { get; private set; } = [];

    public IReadOnlyList<DealRow> Talk { get; private set; } = [];

    public IReadOnlyList<(string List, CappedCount Count)> Lists { get; private set; } = [];

    public int Days => Filter.Days ?? HonestyFilter.UsualDays;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await ReadFilterAsync(cancellationToken);
        var cells = await Deals.CellsAsync(DealDimension.Rep, Filter, cancellationToken);
        Whole = RollUp.Of("", "", cells);
        Reps = [.. RollUp.By(cells).Where(rep => rep.Agreeing.Of > 0)];
        Talk = (await Deals.PageAsync(Filter with { Kind = "disagrees" }, new PageRequest(null, null, DealsToTalkAbout), cancellationToken)).Rows;
        var lists = new List<(string, CappedCount)>();
        foreach (var list in HonestyFilter.Lists)
            lists.Add((list, await Deals.CountAsync(Filter with { List = list, Kind = null }, cancellationToken)));
        Lists = lists;
    }
}
