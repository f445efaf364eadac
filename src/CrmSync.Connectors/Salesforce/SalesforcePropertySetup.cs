using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Creates our fields on Activity through the Tooling API, grants them on Task and Event to our own user by a permission set, and lets
/// describe prove that they are there.
/// </summary>
internal sealed class SalesforcePropertySetup(
    SalesforceClient client, SalesforceSchema schema, SalesforceGrants grants, CrmTransport transport, string key, ILogger logger) : IPropertySetup
{
    private const string UserObject = "User";
    private static readonly string[] Types = ["Task", "Event"];

    /// <inheritdoc/>
    public Task<Result<SetupPlan>> PlanRemovalAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadPlacesAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Success<IReadOnlyDictionary<string, LabelPlace>>(new Dictionary<string, LabelPlace>()));

    /// <inheritdoc/>
    public Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        var definitions = SalesforceFieldDefinition.For(wanted);
        return transport.CallAsync(CallKind.Read, "planning set-up", token => PlanAsync(definitions, token), cancellationToken);
    }

    /// <summary>Carries out a plan. Answers the steps that were tried; one that Salesforce refused comes back as blocked, with the failure.</summary>
    public async Task<Result<IReadOnlyList<SetupOutcome>>> ApplyAsync(SetupPlan plan, CancellationToken cancellationToken)
    {
        List<SetupOutcome> outcomes = [];
        Failure? closed = null;
        foreach (var step in plan.Steps.Where(step => step.Action is not (SetupAction.Keep or SetupAction.Blocked)))
        {
            var failure = closed ?? await ApplyAsync(step, cancellationToken);
            // A refused sign-in or a used-up day refuses every further step, too.
            if (failure?.Category == FailureCategory.Wait || failure?.Code == SalesforceFailures.LoginRefused.Code)
                closed = failure;
            ConnectorLog.SetUp(logger, key, step.Action.ToString(), step.Subject, step.ObjectType, failure?.Code ?? "done");
            outcomes.Add(new SetupOutcome(failure is null ? step : Marked(step, failure), failure));
        }

        schema.Forget();
        var proven = await transport.CallAsync(CallKind.Read, "proving set-up", token => ProveAsync(outcomes, token), cancellationToken);
        return proven.Succeeded ? proven : outcomes;
    }

    private async Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<SalesforceFieldDefinition> definitions, CancellationToken token)
    {
        var visible = new Dictionary<string, IReadOnlyDictionary<string, SalesforceField>>();
        foreach (var type in Types)
        {
            var fields = await schema.FieldsAsync(type, TimeSpan.Zero, token);
            if (!fields.Succeeded)
                return fields.Failure;
            visible[type] = fields.Value;
        }

        var existing = await ExistingAsync(definitions, token);
        if (!existing.Succeeded && existing.Failure.Category is FailureCategory.Retry or FailureCategory.Wait)
            return existing.Failure;

        List<SetupStep> steps = [];
        foreach (var definition in definitions)
            steps.Add(FieldStep(definition, visible, existing));
        var open = definitions.Where((_, at) => steps[at].Action != SetupAction.Blocked).ToList();
        var hidden = Types
            .SelectMany(type => open.Where(definition => !IsEditable(visible[type], definition)).Select(definition => (type, definition)))
            .ToList();
        if (hidden.Count == 0)
            return new SetupPlan(steps);

        var access = await AccessStepsAsync(token);
        if (!access.Succeeded)
            return access.Failure;
        // The set before the grants in it; the assignment wherever, as long as the set is there.
        steps.AddRange(access.Value);
        steps.AddRange(hidden.Select(pair => new SetupStep(
            SetupAction.Grant, pair.type, pair.definition.Name,
            $"Let the integration user read and edit {pair.type}.{pair.definition.Name}.", pair.definition)));
        return new SetupPlan(steps);
    }

    private async Task<Result<IReadOnlyList<SetupStep>>> AccessStepsAsync(CancellationToken token)
    {
        List<SetupStep> steps = [];
        var set = await grants.FindSetAsync(token);
        if (!set.Succeeded)
            return set.Failure;
        var assigned = new SalesforceGrants.Found(null);
        if (set.Value.Id is { } id)
        {
            var assignment = await grants.FindAssignmentAsync(id, token);
            if (!assignment.Succeeded)
                return assignment.Failure;
            assigned = assignment.Value;
        }
        else
        {
            steps.Add(new SetupStep(
                SetupAction.Create, "PermissionSet", SalesforceGrants.SetName, $"Create the permission set {SalesforceGrants.SetName}."));
        }

        if (assigned.Id is null)
        {
            steps.Add(new SetupStep(SetupAction.Grant, UserObject, SalesforceGrants.SetName,
                $"Assign the permission set {SalesforceGrants.SetName} to the integration user."));
        }

        return Result.Success<IReadOnlyList<SetupStep>>(steps);
    }

    private SetupStep FieldStep(
        SalesforceFieldDefinition definition, Dictionary<string, IReadOnlyDictionary<string, SalesforceField>> visible,
        Result<IReadOnlyDictionary<string, string>> existing)
    {
        SetupStep Make(SetupAction action, string sentence) => new(action, SalesforceFieldDefinition.Entity, definition.Name, sentence, definition);
        var seen = Types.Select(type => visible[type].GetValueOrDefault(definition.Name)).OfType<SalesforceField>().ToList();
        if (seen.Count == 0)
        {
            if (!existing.Succeeded)
                return Make(SetupAction.Blocked, $"{existing.Failure.Message} {SalesforceFailures.FieldRefused.Fix}");
            return existing.Value.ContainsKey(definition.DeveloperName)
                ? Make(SetupAction.Keep, $"{definition.FullName} is there, but hidden from the integration user.")
                : Make(SetupAction.Create, definition.Options.Count == 0
                    ? $"Create {definition.FullName} ({definition.Metadata["type"]})."
                    : $"Create {definition.FullName} with the values {Names(definition.Options)}.");
        }

        if (seen.FirstOrDefault(field => field.Type != definition.DescribedAs) is { } unsuitable)
        {
            var failure = SalesforceFailures.FieldUnsuitable.At(
                Place(definition.Name), $"it is of type {unsuitable.Type}, but {definition.DescribedAs} is needed");
            return Make(SetupAction.Blocked, $"{failure.Message} {failure.Fix}");
        }

        var missing = definition.Missing(seen[0]);
        return missing.Count == 0
            ? Make(SetupAction.Keep, $"{definition.FullName} is there.")
            : Make(SetupAction.AddOptions, $"Add the values {Names(missing)} to {definition.FullName}; its other values stay.");
    }

    private async Task<Failure?> ApplyAsync(SetupStep step, CancellationToken cancellationToken)
    {
        var result = await transport.CallAsync(CallKind.Write, $"setting up {step.ObjectType}.{step.Subject}", async token =>
        {
            var failure = (step.Action, step.Payload) switch
            {
                (SetupAction.Create, SalesforceFieldDefinition definition) => await CreateAsync(definition, token),
                (SetupAction.AddOptions, SalesforceFieldDefinition definition) => await AddValuesAsync(definition, token),
                (SetupAction.Grant, SalesforceFieldDefinition definition) => await grants.GrantAsync(step.ObjectType, definition.Name, token),
                (SetupAction.Grant, _) => await grants.AssignAsync(token),
                _ => await grants.CreateSetAsync(token),
            };
            return failure is null ? Result.Success(true) : Refused(failure, step.Subject);
        }, cancellationToken);
        return result.Failure;
    }

    private async Task<Failure?> CreateAsync(SalesforceFieldDefinition definition, CancellationToken token)
    {
        var created = await client.CreateFieldAsync(definition.FullName, definition.ToMetadata(), token);
        if (created.Succeeded || !SalesforceGrants.MayBeThere(created.Failure))
            return created.Failure;
        var existing = await ExistingAsync([definition], token);
        if (!existing.Succeeded)
            return existing.Failure;
        return existing.Value.ContainsKey(definition.DeveloperName) ? null : created.Failure;
    }

    private async Task<Failure?> AddValuesAsync(SalesforceFieldDefinition definition, CancellationToken token)
    {
        var existing = await ExistingAsync([definition], token);
        if (!existing.Succeeded)
            return existing.Failure;
        if (!existing.Value.TryGetValue(definition.DeveloperName, out var id))
            return SalesforceFailures.FieldMissing.At(Place(definition.Name));
        var field = await client.FieldAsync(id, token);
        if (!field.Succeeded)
            return field.Failure;
        var own = field.Value.Body.Child("Metadata");
        var metadata = own.ValueKind == JsonValueKind.Object ? JsonNode.Parse(own.GetRawText()) : null;
        return definition.Merged(metadata) is { } merged
            ? (await client.ChangeFieldAsync(id, definition.FullName, merged, token)).Failure
            : SalesforceFailures.FieldUnsuitable.At(Place(definition.Name), "its values come from a shared value set");
    }

    /// <summary>Ids of those of our fields that exist on Activity, whether we may see them or not.</summary>
    private async Task<Result<IReadOnlyDictionary<string, string>>> ExistingAsync(
        IReadOnlyList<SalesforceFieldDefinition> definitions, CancellationToken token)
    {
        var names = SalesforceValues.Quoted(definitions.Select(definition => definition.DeveloperName));
        var answer = await client.QueryToolingAsync(
            "SELECT Id, DeveloperName FROM CustomField"
            + $" WHERE TableEnumOrId = '{SalesforceFieldDefinition.Entity}' AND DeveloperName IN ({names})", token);
        if (!answer.Succeeded)
            return answer.Failure;
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in answer.Value.Body.Items("records"))
        {
            if (row.Filled("DeveloperName") is { } name && SalesforceId.Normalise(row.Text("Id")) is { } id)
                found[name] = id;
        }

        return found;
    }

    private async Task<Result<IReadOnlyList<SetupOutcome>>> ProveAsync(List<SetupOutcome> outcomes, CancellationToken token)
    {
        List<SetupOutcome> proven = [];
        foreach (var outcome in outcomes)
        {
            var granted = outcome is { Failure: null, Step: { Action: SetupAction.Grant, Payload: SalesforceFieldDefinition } };
            if (!granted)
            {
                proven.Add(outcome);
                continue;
            }

            var fields = await schema.FieldsAsync(outcome.Step.ObjectType, freshest: null, token);
            if (!fields.Succeeded)
                return fields.Failure;
            proven.Add(IsEditable(fields.Value, (SalesforceFieldDefinition)outcome.Step.Payload!)
                ? outcome
                : outcome with { Failure = SalesforceFailures.FieldInvisible.At(Place($"{outcome.Step.ObjectType}.{outcome.Step.Subject}")) });
        }

        return Result.Success<IReadOnlyList<SetupOutcome>>(proven);
    }

    // What Salesforce refuses here concerns the set-up alone: reading goes on, and an administrator can do the rest by hand.
    private Failure Refused(Failure failure, string subject) =>
        failure.Code == SalesforceFailures.AccessRefused.Code || failure.Code == SalesforceFailures.InvalidRequest.Code
            ? SalesforceFailures.FieldRefused.At(Place(subject)) with { RemoteMessage = failure.RemoteMessage }
            : failure;

    private static SetupStep Marked(SetupStep step, Failure failure) =>
        failure.Code == SalesforceFailures.FieldRefused.Code || failure.Code == SalesforceFailures.FieldUnsuitable.Code
            ? step with { Action = SetupAction.Blocked, Sentence = $"{failure.Message} {failure.Fix}" }
            : step;

    private static bool IsEditable(IReadOnlyDictionary<string, SalesforceField> visible, SalesforceFieldDefinition definition) =>
        visible.TryGetValue(definition.Name, out var field) && field.Updateable;

    private CallPlace Place(string subject) => new(key, $"setting up {subject}");

    private static string Names(IReadOnlyList<LabelOption> options) => string.Join(", ", options.Select(option => option.Value));
}
