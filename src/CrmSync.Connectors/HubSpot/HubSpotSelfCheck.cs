using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>What <c>doctor</c> asks HubSpot. Never throws.</summary>
internal sealed class HubSpotSelfCheck(HubSpotClient client, CrmTransport transport, HubSpotAccount account, QuotaGate gate, TimeProvider time)
{
    private static readonly string[] Linked = ["contacts", "companies", "deals"];

    /// <summary>Address and token first; where they fail, nothing else is asked.</summary>
    public async Task<IReadOnlyList<HealthCheck>> RunAsync(CancellationToken cancellationToken)
    {
        var details = await transport.CallAsync(CallKind.Read, "checking the account", client.AccountAsync, cancellationToken);
        if (!details.Succeeded)
            return [Failed("Account", details.Failure)];
        account.Learn(details.Value.Body);

        List<HealthCheck> checks =
        [
            new("Account", HealthState.Pass, $"HubSpot account {account.PortalId ?? "(no id)"} answers and accepts the token."),
        ];
        foreach (var type in HubSpotObjectType.All)
        {
            var properties = await transport.CallAsync(
                CallKind.Read, $"checking {type.Name}", token => client.SearchAsync(type.Name, time.GetUtcNow(), time.GetUtcNow(), 0, [], 1, token), cancellationToken);
            checks.Add(properties.Succeeded
                ? new HealthCheck($"Reading {type.Name}", HealthState.Pass, $"The token may read {type.Name}.")
                : Failed($"Reading {type.Name}", properties.Failure));
        }

        foreach (var type in Linked)
        {
            var links = await transport.CallAsync(
                CallKind.Read, $"checking {type}", token => client.AssociationsAsync("notes", type, [("1", null)], token), cancellationToken);
            checks.Add(links.Succeeded || links.Failure.Category == FailureCategory.Gone
                ? new HealthCheck($"Links to {type}", HealthState.Pass, $"The token may read links to {type}.")
                : Failed($"Links to {type}", links.Failure) with { State = HealthState.Warn });
        }

        checks.Add(HealthChecks.Quota(gate.Day, time.GetUtcNow()));
        checks.Add(HealthChecks.Clock(transport.ClockDifference));
        return checks;
    }

    private static HealthCheck Failed(string name, Failure failure) => HealthChecks.Failed(name, failure);
}
