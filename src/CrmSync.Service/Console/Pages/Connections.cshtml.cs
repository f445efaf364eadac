using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Budgets;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Pages;

/// <summary>Each connection: which account it is, where labels live, how far it is read, and what it has used of its quota.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class ConnectionsModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time, IQuotaStore? quotas = null, IConnectorCatalog? connectors = null)
    : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Connections");
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>The connections, each with its standing under the CRM's limits and what is left of its budget; null where nothing is counted.</summary>
    public IReadOnlyList<(ConnectionCard Card, QuotaStanding? Quota, BudgetForecast? Budget)> Cards { get; private set; } = [];

    /// <summary>The latest proof of completeness per type, by connection id.</summary>
    public ILookup<long, CompletenessRow> Proofs { get; private set; } = Array.Empty<CompletenessRow>().ToLookup(row => row.ConnectionId);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var cards = new List<(ConnectionCard, QuotaStanding?, BudgetForecast?)>();
        foreach (var card in await ledger.Connections.ReadAsync(cancellationToken))
        {
            var key = card.Connection.Key;
            var day = connectors?.Find(key)?.QuotaDayAt(Now);
            cards.Add((
                card, quotas is null ? null : await quotas.ReadAsync(key, Now - Day, cancellationToken),
                day is null ? null : await ledger.Budgets.ReadRequestsAsync(key, day, Now, cancellationToken)));
        }
        Cards = cards;
        Proofs = (await ledger.Completeness.ReadLatestAsync(cancellationToken)).ToLookup(row => row.ConnectionId);
    }

    /// <summary>The place's types in words a reader knows.</summary>
    public static string Place(PlaceView place) => place.Kind switch
    {
        "activity" => T["OnTheActivityItself"],
        "linked" => T["OnTheLinked", string.Join(T["Else"], place.ObjectTypes.Select(One))],
        _ => T["NowhereYet"],
    };

    // "deals" is what HubSpot calls the type; a label stands on one of them.
    private static string One(string type) => type switch
    {
        "companies" => "company",
        _ when type.EndsWith('s') => type[..^1],
        _ => type,
    };
}
