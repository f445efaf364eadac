using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Connectors.Salesforce;

/// <summary>What <c>doctor</c> asks Salesforce. Never throws.</summary>
internal sealed class SalesforceSelfCheck(
    SalesforceSessions sessions, SalesforceClient client, SalesforceVersions versions, SalesforceSchema schema, CrmTransport transport, QuotaGate gate,
    SalesforceRows rows, INoteWriter notes, string key, TimeProvider time)
{
    private static readonly string[] Beside =
    [
        SalesforceRecordReader.Opportunity, SalesforceRecordReader.Account, "Contact", "Lead", "User", "OpportunityStage", "OpportunityHistory",
        "OpportunityContactRole",
    ];

    /// <summary>Sign-in and version first; where one of them fails, nothing else is asked.</summary>
    public async Task<IReadOnlyList<HealthCheck>> RunAsync(CancellationToken cancellationToken)
    {
        var token = await transport.CallAsync(
            CallKind.Read, "signing in", async inner => await sessions.GetAsync(refused: null, inner), cancellationToken);
        if (!token.Succeeded)
            return [HealthChecks.Failed("Sign-in", token.Failure)];
        var version = await transport.CallAsync(
            CallKind.Read, "asking for the API versions", async inner => await versions.RootAsync(inner), cancellationToken);
        if (!version.Succeeded)
            return [HealthChecks.Failed("API version", version.Failure)];

        List<HealthCheck> checks =
        [
            new("Sign-in", HealthState.Pass, $"Salesforce accepts the credentials; the API is at {token.Value.BaseAddress.Host}."),
            versions.Used == versions.Pinned
                ? new("API version", HealthState.Pass, $"The org offers version {versions.Pinned}.")
                : new("API version", HealthState.Warn, $"The org does not offer version {versions.Pinned}; {versions.Used} is used.",
                    "Set the connection's ApiVersion to one that the org offers."),
        ];
        foreach (var type in SalesforceObjectType.All)
            checks.Add(await CheckAsync(type, cancellationToken));
        checks.Add(await BesideAsync(cancellationToken));
        var labels = await transport.CallAsync(CallKind.Read, "checking label fields", LabelsAsync, cancellationToken);
        checks.AddRange(labels.Value ?? [HealthChecks.Failed("Label fields", labels.Failure!)]);
        checks.Add(await NotesAsync(cancellationToken));
        checks.Add(await CoverageAsync(cancellationToken));
        checks.Add(new HealthCheck("Edits at the same moment", HealthState.Pass,
            "Salesforce tells changes of tasks and events minutes late, if at all, so a value that somebody sets in the moment between our read and our write cannot be found and is lost."));
        checks.AddRange(await QuotasAsync(cancellationToken));
        checks.Add(HealthChecks.Clock(transport.ClockDifference));
        return checks;
    }

    private async Task<HealthCheck> CheckAsync(SalesforceObjectType type, CancellationToken cancellationToken)
    {
        var name = $"Reading {type.Name}";
        var fields = await transport.CallAsync(
            CallKind.Read, $"checking {type.Name}",
            token => type.IsAlwaysThere ? schema.FieldsAsync(type.Name, TimeSpan.Zero, token) : schema.VisibleAsync(type.Name, token, TimeSpan.Zero),
            cancellationToken);
        if (!fields.Succeeded)
            return HealthChecks.Failed(name, fields.Failure);
        if (fields.Value.Count == 0)
            return new HealthCheck(name, HealthState.Pass, $"The org has no {type.Name}, or does not show it; it is left out.");
        if (!fields.Value.ContainsKey(SalesforceSchema.StampField(fields.Value)))
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

    private async Task<HealthCheck> BesideAsync(CancellationToken cancellationToken)
    {
        List<string> missing = [];
        foreach (var type in Beside)
        {
            var fields = await transport.CallAsync(
                CallKind.Read, $"checking {type}", token => schema.VisibleAsync(type, token, TimeSpan.Zero), cancellationToken);
            if (!fields.Succeeded)
                return HealthChecks.Failed("Reading records", fields.Failure);
            if (fields.Value.Count == 0)
                missing.Add(type);
        }

        // Which of them a customer wants us to see is the customer's choice, so a missing one is told and not held against the connection.
        return missing.Count == 0
            ? new HealthCheck("Reading records", HealthState.Pass, "Opportunities, accounts, people, users and stages are visible.")
            : new HealthCheck("Reading records", HealthState.Pass, $"Not visible, and left out: {string.Join(", ", missing)}.",
                "Grant read access to them if reports shall tell about them.");
    }

    // A label is a field that has our shadow beside it; which labels there are the taxonomies decide, which the connector does not know.
    private async Task<Result<List<HealthCheck>>> LabelsAsync(CancellationToken token)
    {
        List<HealthCheck> checks = [];
        foreach (var type in (string[])[SalesforceObjectType.Task, SalesforceObjectType.Event, SalesforceObjectType.EmailMessage])
        {
            var fields = await schema.VisibleAsync(type, token);
            if (!fields.Succeeded)
                return fields.Failure;
            if (fields.Value.Count > 0)
                checks.Add(LabelCheck(type, fields.Value));
        }

        return checks;
    }

    private static HealthCheck LabelCheck(string type, IReadOnlyDictionary<string, SalesforceField> fields)
    {
        var name = $"Label fields of {type}";
        var labels = fields.Keys.Where(field => field.EndsWith("__c", StringComparison.OrdinalIgnoreCase)
            && fields.ContainsKey(SalesforcePropertyNames.Instance.Shadow(field))).Order(StringComparer.Ordinal).ToList();
        if (labels.Count == 0)
            return new HealthCheck(name, HealthState.Pass, $"There are none yet; `crmsync setup` creates them.");
        var companions = labels.SelectMany(label => new[]
        {
            label, SalesforcePropertyNames.Instance.Shadow(label), SalesforcePropertyNames.Instance.Confidence(label),
        });
        string[] common = [SalesforcePropertyNames.Instance.Reason, SalesforcePropertyNames.Instance.LabelledAt, SalesforcePropertyNames.Instance.Version];
        var locked = companions.Concat(common).Where(field => !fields.TryGetValue(field, out var own) || !own.Updateable).ToList();
        if (locked.Count > 0)
        {
            return new HealthCheck(name, HealthState.Fail, $"The integration user may not edit {string.Join(", ", locked)}.",
                "Run `crmsync setup` for the connection, or check the permission set CrmSync_Integration.");
        }

        var empty = labels.Where(label => fields[label].Values.Count == 0).ToList();
        return empty.Count == 0
            ? new HealthCheck(name, HealthState.Pass,
                $"{string.Join(", ", labels)} can be written, with {labels.Sum(label => fields[label].Values.Count)} values in all.")
            : new HealthCheck(name, HealthState.Fail, $"{string.Join(", ", empty)} has no active picklist values.",
                "Run `crmsync setup` for the connection; it adds missing values.");
    }

    // Whoever writes no briefs needs no notes, so it is never more than a warning.
    private async Task<HealthCheck> NotesAsync(CancellationToken cancellationToken)
    {
        var place = await notes.FindPlaceAsync(cancellationToken);
        return place.Succeeded
            ? new HealthCheck("Briefs as notes", HealthState.Pass, $"A brief can be written to its account. {place.Value.Sentence}")
            : HealthChecks.Failed("Briefs as notes", place.Failure) with { State = HealthState.Warn };
    }

    // Without View All Data a user sees a part of the activities, and nothing says so.
    private async Task<HealthCheck> CoverageAsync(CancellationToken cancellationToken)
    {
        const string Name = "Coverage";
        const string Hint = "Give the integration user View All Data, or make sure that roles and sharing show it every activity.";
        var found = await transport.CallAsync(CallKind.Read, "asking for View All Data", async token =>
        {
            var user = await sessions.UserAsync(token);
            return user.Succeeded
                ? await rows.ReadAsync(
                    $"SELECT Id, PermissionSet.PermissionsViewAllData FROM PermissionSetAssignment WHERE AssigneeId = '{user.Value}'",
                    "asking for View All Data", token)
                : user.Failure;
        }, cancellationToken);
        // A profile counts as a permission set here, so a user whom we may ask about has at least one row.
        var said = found.Value?.Select(row => row.Child("PermissionSet").Text("PermissionsViewAllData")).OfType<string>().ToList() ?? [];
        if (said.Count == 0)
            return new HealthCheck(Name, HealthState.Pass, "Whether the integration user sees every activity cannot be asked here.", Hint);
        return said.Contains("true")
            ? new HealthCheck(Name, HealthState.Pass, "The integration user has View All Data, so it sees every activity.")
            : new HealthCheck(Name, HealthState.Warn, "The integration user does not have View All Data, so it may see a part of the activities only.", Hint);
    }

    private async Task<IReadOnlyList<HealthCheck>> QuotasAsync(CancellationToken cancellationToken)
    {
        var limits = await transport.CallAsync(CallKind.Read, "reading the limits", client.LimitsAsync, cancellationToken);
        if (limits.Succeeded && Left(limits.Value.Body, "DailyApiRequests") is var (most, left))
            gate.Day.Observe(most, left, time.GetUtcNow());
        List<HealthCheck> checks = [HealthChecks.Quota(gate.Day, time.GetUtcNow())];
        if (!limits.Succeeded)
            return checks;
        foreach (var (limit, words) in ((string, string)[])[("DailyBulkV2QueryJobs", "bulk queries"), ("DailyBulkApiBatches", "bulk batches")])
        {
            if (Left(limits.Value.Body, limit) is not var (max, remaining))
                continue;
            var sentence = string.Create(CultureInfo.InvariantCulture, $"{remaining:N0} of {max:N0} {words} are left today.");
            checks.Add(remaining < max / 10
                ? new HealthCheck($"Quota of {words}", HealthState.Warn, sentence,
                    "Find out which application uses the rest; reading goes on by ordinary queries.")
                : new HealthCheck($"Quota of {words}", HealthState.Pass, sentence));
        }

        return checks;
    }

    private static (long Most, long Left)? Left(JsonElement limits, string name) =>
        limits.Child(name) is var limit && limit.Number("Max") is { } most and > 0 && limit.Number("Remaining") is { } left
            ? ((long)most, (long)left)
            : null;
}
