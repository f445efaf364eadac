using CrmSync.Pipeline.Honesty;
using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Pages.Honesty;

/// <summary>What the pages about pipeline honesty share: the filter, which is the address, and what it offers.</summary>
internal abstract class HonestyPage(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private const string Taxonomy = "stage";

    public HonestyFilter Filter { get; private set; } = HonestyFilter.All;

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public HonestyChoices Choices { get; private set; } = new([], [], [], [], []);

    public IReadOnlyList<ConnectionView> Connections { get; private set; } = [];

    public HonestyFreshness Freshness { get; private set; } = new(default, false, 0, 0, null);

    /// <summary>Parts of the address that a page knows beside the filter.</summary>
    protected virtual IEnumerable<string> OwnParts => [];

    /// <summary>Where the filter's form leads.</summary>
    public virtual string Path => "/pipeline";

    protected HonestyQueries Deals => ledger.Honesty;

    protected async Task ReadFilterAsync(CancellationToken cancellationToken)
    {
        Filter = HonestyFilter.Parse(QueryParts, out var faults, ["before", "after", "handler", "format", .. OwnParts]);
        Faults = faults;
        Connections = await ledger.Honesty.ConnectionsAsync(cancellationToken);
        Choices = await ledger.Honesty.ChoicesAsync(cancellationToken);
        Freshness = await ledger.Honesty.FreshnessAsync(cancellationToken);
    }

    /// <summary>The stages' names and colours with the values of a group.</summary>
    public IReadOnlyList<PairedBars.Pair> Pairs(IReadOnlyList<long> reported, IReadOnlyList<long> shown) =>
        [.. SalesStages.All.Select((stage, at) => new PairedBars.Pair(NameOf(stage), Labels.ClassOf(Taxonomy, stage.Slug()), reported[at], shown[at]))];

    /// <summary>The stages as parts of one bar.</summary>
    public IReadOnlyList<ShareBar.Part> Parts(IReadOnlyList<long> counts) =>
        [.. SalesStages.All.Select((stage, at) => new ShareBar.Part(NameOf(stage), counts[at], Labels.ClassOf(Taxonomy, stage.Slug())))];

    /// <summary>A stage's name in the taxonomy.</summary>
    public string NameOf(SalesStage stage) => Labels.Find(Taxonomy, stage.Slug())?.Name ?? stage.ToString();

    /// <summary>Address of the deals of a filter.</summary>
    public static string Href(HonestyFilter filter, string path = "/pipeline") => filter.IsEmpty ? path : $"{path}?{filter.ToQueryString()}";

    /// <summary>What a filter's value of "without any" is in an address.</summary>
    public static string Part(string value) => value.Length > 0 ? value : HonestyFilter.None;

    /// <summary>Money of several currencies, each by itself.</summary>
    public static string AtStake(IEnumerable<StageMoney> money) =>
        string.Join(" + ", money.Where(item => item.AtStake > 0).Select(item => HonestyWords.Money(item.AtStake, item.Currency))) is { Length: > 0 } text ? text : "0";
}
