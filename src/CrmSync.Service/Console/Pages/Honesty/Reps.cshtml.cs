using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Honesty;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Pages.Honesty;

/// <summary>How differently reps use stages: before, as they report, and after, as their activities show.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class RepsModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : HonestyPage(ledger, labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Honesty.Reps");

    /// <summary>Reps that one page shows per team.</summary>
    public const int Most = 40;

    public override string Path => "/pipeline/reps";

    public IReadOnlyList<TeamSpread> Teams { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        await ReadFilterAsync(cancellationToken);
        var reps = RollUp.By((await Deals.CellsAsync(DealDimension.Rep, Filter, cancellationToken)).Where(cell => cell.Key.Length > 0));
        var teams = await Deals.TeamsAsync(Filter, cancellationToken);
        List<TeamSpread> spreads =
        [
            .. reps.GroupBy(rep => teams.GetValueOrDefault(rep.Key, "")).Select(group => StageSpread.Of(group.Key, group)).Where(team => team.Reps.Count > 0)
                .OrderByDescending(team => team.Reps.Sum(rep => rep.Deals)),
        ];
        Teams = spreads.Count > 1 ? [StageSpread.Of(T["AllRepsTogether"], reps), .. spreads] : spreads;
    }
}
