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

    /// <summary>Rows that one page shows, teams and reps together.</summary>
    private const int Rows = 38;

    private const int MostTeams = 20;

    public override string Path => "/pipeline/reps";

    /// <summary>The teams with the most deals; where there are several, all reps together stand before them.</summary>
    public IReadOnlyList<TeamSpread> Teams { get; private set; } = [];

    /// <summary>Teams that are not shown.</summary>
    public int TeamsLeft { get; private set; }

    /// <summary>Reps that one page shows per team, the most deals first.</summary>
    public int RepsPerTeam => Math.Max(2, Rows / Math.Max(1, Teams.Count));

    /// <summary>The page with this team alone.</summary>
    public string TeamAddress(TeamSpread team) => Href(Filter with { Team = Part(team.Team) }, Path);

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
        TeamsLeft = Math.Max(0, spreads.Count - MostTeams);
        spreads = [.. spreads.Take(MostTeams)];
        Teams = spreads.Count > 1 ? [StageSpread.Of(T["AllRepsTogether"], reps), .. spreads] : spreads;
    }
}
