using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Service.Console.Words;
using CrmSync.Service.Settings;
using CrmSync.Service.Webhooks;
using CrmSync.Storage;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Diagnosis;

/// <summary>Examines one connection: what its connector finds, what set-up still lacks, where labels live, and whether notices arrive.</summary>
internal sealed class ConnectionExam(ServiceSettings settings, ICrmConnector connector, TaxonomySet taxonomies, Ledger? ledger)
{
    public async Task<IReadOnlyList<HealthCheck>> RunAsync(CancellationToken cancellationToken)
    {
        List<HealthCheck> checks = [.. await connector.CheckAsync(cancellationToken)];
        // A credential that opens nothing says so once, not once more for each property.
        if (checks.Count == 1 && checks[0].State == HealthState.Fail)
            return checks;
        checks.Add(await PropertiesAsync(cancellationToken));
        checks.AddRange(await PlacesAsync(cancellationToken));
        checks.Add(await NoticesAsync(cancellationToken));
        if (await BudgetAsync(cancellationToken) is { } budget)
            checks.Add(budget);
        return checks;
    }

    private async Task<HealthCheck?> BudgetAsync(CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (ledger is null || connector.QuotaDayAt(now) is not { } day)
            return null;
        var meter = new BudgetMeter(await new BudgetQueries(ledger).ReadRequestsAsync(connector.Key, day, now, cancellationToken), 0, now);
        return meter.IsShort
            ? new HealthCheck("Budget", HealthState.Warn, $"{meter.Used}. {meter.Outlook}", "Hold a backfill ('crmsync runs'), or raise Budget:DayShare where no other application needs the rest.")
            : new HealthCheck("Budget", HealthState.Pass, $"{meter.Used}. {meter.Outlook}");
    }

    private async Task<HealthCheck> PropertiesAsync(CancellationToken cancellationToken)
    {
        var plan = await connector.Setup.PlanAsync(LabelProperties.For(taxonomies, connector.Kind), cancellationToken);
        if (!plan.Succeeded)
            return new HealthCheck("Set-up", HealthState.Fail, plan.Failure.Message, plan.Failure.Fix);
        var open = plan.Value.Steps.Where(step => step.Action is not (SetupAction.Keep or SetupAction.Blocked)).ToList();
        var kept = plan.Value.Steps.Count(step => step.Action == SetupAction.Keep);
        return open.Count == 0
            ? new HealthCheck("Set-up", HealthState.Pass, $"{kept} label properties stand with all their options.")
            : new HealthCheck("Set-up", HealthState.Fail, $"{open.Count} set-up steps are open: {string.Join(", ", open.Take(5).Select(step => $"{step.ObjectType} {step.Subject}"))}.",
                $"Run 'crmsync setup --connection {connector.Key}'.");
    }

    private async Task<IEnumerable<HealthCheck>> PlacesAsync(CancellationToken cancellationToken)
    {
        var places = await connector.Setup.ReadPlacesAsync(LabelProperties.For(taxonomies, connector.Kind), cancellationToken);
        return places.Succeeded
            ? places.Value.Select(pair => new HealthCheck(
                $"Labels of {pair.Key}", pair.Value.Kind switch
                {
                    LabelPlaceKind.Activity => HealthState.Pass,
                    LabelPlaceKind.Linked => HealthState.Warn,
                    LabelPlaceKind.Nowhere => HealthState.Fail,
                },
                pair.Value.Sentence,
                pair.Value.Kind == LabelPlaceKind.Activity ? "" : "Where the CRM allows it, an administrator can add the properties by hand; labels follow within the hour."))
            : [new HealthCheck("Where labels live", HealthState.Fail, places.Failure.Message, places.Failure.Fix)];
    }

    private async Task<HealthCheck> NoticesAsync(CancellationToken cancellationToken)
    {
        const string name = "Notices";
        if (connector.Webhooks is null)
            return new HealthCheck(name, HealthState.Pass, "None are set up; polling finds every change by itself.");
        if (WebhookEndpoint.AddressOf(settings, connector.Key) is not { } address)
        {
            return new HealthCheck(name, HealthState.Warn, "The connection has a webhook secret, but CrmSync:Webhooks:PublicAddress is empty, so none are taken.",
                "Set the address under which the CRM reaches this service, or take the secret out.");
        }

        var known = ledger is null ? null : (await ledger.ListConnectionsAsync(cancellationToken)).FirstOrDefault(candidate => candidate.Key == connector.Key);
        var last = known is null ? null : await ledger!.LastAtAsync(known.Id, cancellationToken);
        return last is { } at
            ? new HealthCheck(name, HealthState.Pass, $"The last one arrived at {at.UtcDateTime:u} at {address}.")
            : new HealthCheck(name, HealthState.Warn, $"None has ever arrived at {address}.",
                "Check that the CRM's subscription names this address and that the proxy hands it on; polling works without.");
    }
}
