using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>What <c>doctor</c> asks HubSpot. Never throws, changes nothing.</summary>
internal sealed class HubSpotSelfCheck(
    HubSpotClient client, HubSpotSchemaClient schema, HubSpotPropertySetup setup, CrmTransport transport, HubSpotAccount account, HubSpotVersion version,
    HubSpotGrant? grant, HubSpotOptions options, QuotaGate gate, TimeProvider time)
{
    // Scopes as HubSpot's guides name them for each need (2026-09).
    private static readonly string[] Needed =
    [
        "crm.objects.contacts.read", "crm.objects.contacts.write", "sales-email-read", "crm.objects.companies.read", "crm.objects.deals.read",
        "crm.objects.owners.read",
    ];

    // Activities are written with the contacts' scope; companies take segments, deals the labels of activities that cannot hold their own.
    private static readonly (string Type, string Scope)[] Written =
        [("notes", "crm.objects.contacts.write"), ("companies", "crm.objects.companies.write"), ("deals", "crm.objects.deals.write")];

    /// <summary>Address and token first; where they fail, nothing else is asked.</summary>
    public async Task<IReadOnlyList<HealthCheck>> RunAsync(CancellationToken cancellationToken)
    {
        var details = await transport.CallAsync(CallKind.Read, "checking the account", schema.AccountAsync, cancellationToken);
        if (!details.Succeeded)
            return [HealthChecks.Failed("Account", details.Failure)];
        account.Learn(details.Value.Body);

        List<HealthCheck> checks =
        [
            new("Account", HealthState.Pass, $"HubSpot account {account.PortalId ?? "(no id)"} answers and accepts the token."),
        ];
        if (Scopes() is { } scopes)
            checks.Add(scopes);
        foreach (var type in HubSpotObjectType.All)
            await ReadingAsync(type, checks, cancellationToken);
        foreach (var type in HubSpotAssociations.Linked)
            await LinksAsync(type, checks, cancellationToken);
        foreach (var (type, scope) in Written)
            await WritingAsync(type, scope, checks, cancellationToken);
        checks.Add(Notes(checks));
        await DirectoryAsync(checks, cancellationToken);
        await PropertiesAsync(checks, cancellationToken);
        checks.Add(new HealthCheck("Edits at the same moment", HealthState.Pass,
            "HubSpot keeps a history of every property, so a value that somebody sets between our read and our write is found and put back; which writes are checked, CrmSync:WriteBack:RaceCheck says."));
        checks.Add(Webhooks());
        // Last of all, because the version may have moved and the headers have come by then.
        checks.Add(Version());
        checks.Add(HealthChecks.Quota(gate.Day, time.GetUtcNow()));
        checks.Add(HealthChecks.Clock(transport.ClockDifference));
        return checks;
    }

    // A static token does not say what it may do, so the reads below are the only answer.
    private HealthCheck? Scopes()
    {
        if (grant?.Scopes is not { } granted)
            return null;
        var missing = Needed.Where(scope => !granted.Contains(scope)).ToList();
        return missing.Count == 0
            ? new HealthCheck("Scopes", HealthState.Pass, $"Granted: {string.Join(", ", granted.Order(StringComparer.Ordinal))}.")
            : new HealthCheck("Scopes", HealthState.Warn, $"Not granted: {string.Join(", ", missing)}.",
                "Add them to the app in HubSpot and install it in the account again.");
    }

    private async Task ReadingAsync(HubSpotObjectType type, List<HealthCheck> checks, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var search = await transport.CallAsync(
            CallKind.Read, $"checking {type.Name}", token => client.SearchAsync(type.Scan with { Properties = [] }, now, now, 0, 1, token), cancellationToken);
        checks.Add(search.Succeeded
            ? new HealthCheck($"Reading {type.Name}", HealthState.Pass, $"The token may read {type.Name}.")
            : HealthChecks.Failed($"Reading {type.Name}", search.Failure));
    }

    // An update of no records changes nothing. Whether HubSpot calls it invalid or done, it has let the token through.
    private async Task WritingAsync(string type, string scope, List<HealthCheck> checks, CancellationToken cancellationToken)
    {
        var written = await transport.CallAsync(
            CallKind.Read, $"checking writes to {type}", token => client.BatchUpdateAsync(type, [], token), cancellationToken);
        checks.Add(written.Succeeded || written.Failure.Category == FailureCategory.Reject
            ? new HealthCheck($"Writing {type}", HealthState.Pass, $"The token may write {type}.")
            : HealthChecks.Failed($"Writing {type}", written.Failure) with
            {
                State = HealthState.Warn,
                Fix = $"{written.Failure.Fix} Writing {type} needs {scope}.",
            });
    }

    // A note that is tied to a company needs what writing either of them needs, which was asked above.
    private static HealthCheck Notes(List<HealthCheck> checks)
    {
        var missing = Written.Where(written => written.Type is "notes" or "companies")
            .Where(written => checks.Exists(check => check.Name == $"Writing {written.Type}" && check.State != HealthState.Pass)).Select(written => written.Scope).ToList();
        return missing.Count == 0
            ? new HealthCheck("Briefs as notes", HealthState.Pass, "A brief can be written to its company as a note.")
            : new HealthCheck("Briefs as notes", HealthState.Warn, "A brief cannot be written to its company as a note.", $"Add {string.Join(" and ", missing)} to the service key or app if briefs shall be written.");
    }

    private async Task LinksAsync(string type, List<HealthCheck> checks, CancellationToken cancellationToken)
    {
        var links = await transport.CallAsync(
            CallKind.Read, $"checking {type}", token => client.AssociationsAsync("notes", type, [("1", null)], token), cancellationToken);
        checks.Add(links.Succeeded || links.Failure.Category == FailureCategory.Gone
            ? new HealthCheck($"Links to {type}", HealthState.Pass, $"The token may read links to {type}.")
            : HealthChecks.Failed($"Links to {type}", links.Failure) with { State = HealthState.Warn });
    }

    private async Task DirectoryAsync(List<HealthCheck> checks, CancellationToken cancellationToken)
    {
        var owners = await transport.CallAsync(
            CallKind.Read, "checking owners", token => schema.OwnersAsync(archived: false, after: null, token), cancellationToken);
        checks.Add(owners.Succeeded
            ? new HealthCheck("Owners", HealthState.Pass, "The token may read owners and teams.")
            : HealthChecks.Failed("Owners", owners.Failure) with { State = HealthState.Warn });
        var pipelines = await transport.CallAsync(CallKind.Read, "checking pipelines", schema.PipelinesAsync, cancellationToken);
        checks.Add(pipelines.Succeeded
            ? new HealthCheck("Deal pipelines", HealthState.Pass, "The token may read deal pipelines.")
            : HealthChecks.Failed("Deal pipelines", pipelines.Failure) with { State = HealthState.Warn });
    }

    private async Task PropertiesAsync(List<HealthCheck> checks, CancellationToken cancellationToken)
    {
        if (setup.Wanted is not { } wanted)
        {
            await OwnPropertiesAsync(checks, cancellationToken);
            return;
        }

        var plan = await setup.PlanAsync(wanted, cancellationToken);
        var places = await setup.ReadPlacesAsync(wanted, cancellationToken);
        if (!plan.Succeeded || !places.Succeeded)
        {
            checks.Add(HealthChecks.Failed("Properties", (plan.Failure ?? places.Failure)!));
            return;
        }

        foreach (var type in HubSpotObjectType.All.Select(type => type.Name))
            checks.Add(Properties(type, [.. plan.Value.Steps.Where(step => step.ObjectType == type)], places.Value[type]));
        foreach (var holder in plan.Value.Steps.Where(step => HubSpotTypeSchema.Holders.Contains(step.ObjectType)).GroupBy(step => step.ObjectType))
            checks.Add(Properties(holder.Key, [.. holder], LabelPlace.OnActivity with { Sentence = $"Labels of linked activities can stand on {holder.Key}." }));
    }

    private static HealthCheck Properties(string type, IReadOnlyList<SetupStep> steps, LabelPlace place)
    {
        var name = $"Properties on {type}";
        var due = steps.Where(step => step.Action is SetupAction.Create or SetupAction.AddOptions).Select(step => step.Subject).ToList();
        if (due.Count > 0)
        {
            return new HealthCheck(name, HealthState.Warn, $"Properties or options are missing on {type}: {string.Join(", ", due)}.",
                "Run `crmsync setup` for the connection.");
        }

        // Refused properties are no trouble where the linked record takes the labels.
        return place.Kind != LabelPlaceKind.Linked && steps.FirstOrDefault(step => step.Action == SetupAction.Blocked) is { } blocked
            ? new HealthCheck(name, HealthState.Warn, blocked.Sentence, "Follow the sentence, then run `crmsync setup` for the connection.")
            : new HealthCheck(name, HealthState.Pass, place.Sentence);
    }

    // Nobody has said yet which labels are wanted; what stands once on every labelled record shows whether set-up was run.
    private async Task OwnPropertiesAsync(List<HealthCheck> checks, CancellationToken cancellationToken)
    {
        List<string> ready = [];
        foreach (var type in HubSpotObjectType.All.Select(type => type.Name).Concat(HubSpotTypeSchema.Holders))
        {
            var property = await transport.CallAsync(
                CallKind.Read, $"checking properties of {type}", token => schema.PropertyAsync(type, HubSpotPropertyNames.Instance.Version, token),
                cancellationToken);
            if (property.Succeeded)
                ready.Add(type);
            else if (property.Failure.Code != HubSpotFailures.ScopeMissing.Code && property.Failure.Category != FailureCategory.Gone)
                checks.Add(HealthChecks.Failed($"Properties on {type}", property.Failure));
        }

        checks.Add(ready.Count > 0
            ? new HealthCheck("Properties", HealthState.Pass, $"CrmSync's properties are there on {string.Join(", ", ready)}.")
            : new HealthCheck("Properties", HealthState.Warn, "CrmSync's properties are not set up.", "Run `crmsync setup` for the connection."));
    }

    private HealthCheck Webhooks() => options.TakesWebhooks
        ? new HealthCheck("Webhooks", HealthState.Pass, "The webhook secret is configured, so signed notices are taken.")
        : new HealthCheck("Webhooks", HealthState.Pass, "No webhook secret is configured; polling alone finds changes.");

    private HealthCheck Version() => version.Current == version.Wanted
        ? new HealthCheck("API version", HealthState.Pass, $"HubSpot's API version {version.Current} is used.")
        : new HealthCheck("API version", HealthState.Warn, $"HubSpot does not know API version {version.Wanted}, so {version.Current} is used.",
            "Set the connection's ApiVersion to a version that HubSpot supports.");
}
