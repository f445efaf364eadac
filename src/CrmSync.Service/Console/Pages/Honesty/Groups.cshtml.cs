using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Honesty;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Pages.Honesty;

/// <summary>Deals added up by rep, team, region or month.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class GroupsModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : HonestyPage(ledger, labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Honesty.Groups");

    /// <summary>Groups that one page shows.</summary>
    public const int Most = 40;

    public override string Path => "/pipeline/groups";

    /// <summary>rep, team, region or month.</summary>
    public string By { get; private set; } = "rep";

    public IReadOnlyList<DealGroup> Groups { get; private set; } = [];

    public DealGroup Whole { get; private set; } = RollUp.Of("", "", []);

    protected override IEnumerable<string> OwnParts => ["by"];

    public async Task OnGetAsync(string? by, CancellationToken cancellationToken)
    {
        await ReadFilterAsync(cancellationToken);
        (By, var dimension) = by switch
        {
            "team" => ("team", DealDimension.Team),
            "region" => ("region", DealDimension.Region),
            "month" => ("month", DealDimension.Month),
            _ => ("rep", DealDimension.Rep),
        };
        var cells = await Deals.CellsAsync(dimension, Filter, cancellationToken);
        Whole = RollUp.Of("", "All", cells);
        var groups = RollUp.By(cells);
        Groups = By == "month" ? [.. groups.OrderByDescending(group => group.Key, StringComparer.Ordinal)] : groups;
    }

    /// <summary>The group's name, or what people without one are called.</summary>
    public string NameOf(DealGroup group) => By switch
    {
        "month" => HonestyWords.Month(group.Key),
        "team" => HonestyWords.Or(group.Name, T["NoTeam"]),
        "region" => HonestyWords.Or(group.Name, T["UnknownRegion"]),
        _ => group.Key.Length == 0 ? T["NobodysDeals"] : HonestyWords.Or(group.Name, T["NoName"]),
    };

    /// <summary>The deals of a group.</summary>
    public HonestyFilter FilterOf(DealGroup group) => By switch
    {
        "month" => Filter with { Month = Part(group.Key) },
        "team" => Filter with { Team = Part(group.Key) },
        "region" => Filter with { Region = Part(group.Key) },
        _ => Filter with { Owner = Part(group.Key) },
    };
}
