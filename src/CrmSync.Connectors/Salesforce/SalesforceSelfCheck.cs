using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>What <c>doctor</c> asks Salesforce. Never throws.</summary>
internal sealed class SalesforceSelfCheck(
    SalesforceTokenSource tokens, SalesforceClient client, SalesforceSchema schema, CrmTransport transport, QuotaGate gate, string key, TimeProvider time)
{
    /// <summary>Sign-in first; where it fails, nothing else is asked.</summary>
    public async Task<IReadOnlyList<HealthCheck>> RunAsync(CancellationToken cancellationToken)
    {
        var token = await transport.CallAsync(
            CallKind.Read, "signing in", async inner => await tokens.GetAsync(refused: null, inner), cancellationToken);
        if (!token.Succeeded)
            return [HealthChecks.Failed("Sign-in", token.Failure)];

        List<HealthCheck> checks =
        [
            new("Sign-in", HealthState.Pass, $"Salesforce accepts the credentials; the API is at {token.Value.BaseAddress.Host}."),
        ];
        foreach (var type in SalesforceObjectType.All)
            checks.Add(await CheckAsync(type, cancellationToken));

        // The answers' own header says the same for nothing, but a fresh org may not have sent it yet.
        if (gate.Day.Remaining is null)
            await transport.CallAsync(CallKind.Read, "reading the limits", client.LimitsAsync, cancellationToken);
        checks.Add(HealthChecks.Quota(gate.Day, time.GetUtcNow()));
        checks.Add(HealthChecks.Clock(transport.ClockDifference));
        return checks;
    }

    private async Task<HealthCheck> CheckAsync(SalesforceObjectType type, CancellationToken cancellationToken)
    {
        var name = $"Reading {type.Name}";
        var fields = await transport.CallAsync(
            CallKind.Read, $"checking {type.Name}", token => schema.FieldsAsync(type.Name, TimeSpan.Zero, token), cancellationToken);
        if (!fields.Succeeded)
            return HealthChecks.Failed(name, fields.Failure);
        if (!fields.Value.ContainsKey("SystemModstamp"))
        {
            return new HealthCheck(name, HealthState.Fail, $"SystemModstamp of {type.Name} is not visible to the integration user ({key}).",
                "Grant the run-as user read access to the object.");
        }

        var hidden = type.Fields.Where(field => !fields.Value.ContainsKey(field)).ToList();
        return hidden.Count == 0
            ? new HealthCheck(name, HealthState.Pass, $"All fields of {type.Name} that are used are visible.")
            : new HealthCheck(name, HealthState.Warn, $"Some fields of {type.Name} are not visible: {string.Join(", ", hidden)}.",
                "Grant read access to them if the org has them; labels are decided without them otherwise.");
    }
}
