using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>A field that the holders of a permission set shall see on one object.</summary>
internal sealed record FieldGrant(SalesforceFieldDefinition Field, string Set);

/// <summary>A field to delete.</summary>
internal sealed record FieldRemoval(string Id, string FullName);

/// <summary>A permission set to delete.</summary>
internal sealed record SetRemoval(string Set);

/// <summary>Compares what the org has with what is wanted. Changes nothing. Thread-safe.</summary>
internal sealed class SalesforceSetupPlanner(SalesforceSchema schema, SalesforceFieldCatalog catalog, SalesforceGrants grants, string key)
{
    private static readonly string[] Everywhere =
        [SalesforceFieldDefinition.Activity, SalesforceObjectType.EmailMessage, SalesforceRecordReader.Opportunity, SalesforceRecordReader.Account];

    /// <summary>The plan to have everything.</summary>
    public async Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken token)
    {
        var entities = await EntitiesAsync(token);
        if (!entities.Succeeded)
            return entities.Failure;
        List<SetupStep> steps = [];
        List<(SalesforceFieldDefinition Field, string Type, bool Editable)> open = [];
        foreach (var (entity, visible) in entities.Value.Visible)
        {
            var definitions = SalesforceFieldDefinition.For(wanted, entity, entities.Value.HasNotes);
            if (definitions.Count == 0)
                continue;
            var existing = await catalog.ExistingAsync(entity, definitions, token);
            if (!existing.Succeeded && existing.Failure.Category is FailureCategory.Retry or FailureCategory.Wait)
                return existing.Failure;
            foreach (var definition in definitions)
            {
                var step = FieldStep(definition, visible, existing);
                steps.Add(step);
                if (step.Action != SetupAction.Blocked)
                    open.AddRange(definition.Types.Select(type => (definition, type, IsEditable(visible[type], definition))));
            }
        }

        var edits = await IntegrationStepsAsync([.. open.Where(field => !field.Editable).Select(field => (field.Field, field.Type))], token);
        if (!edits.Succeeded)
            return edits.Failure;
        var reads = await ViewerStepsAsync([.. open.Select(field => (field.Field, field.Type))], token);
        return reads.Succeeded ? new SetupPlan([.. steps, .. edits.Value, .. reads.Value]) : reads.Failure;
    }

    /// <summary>The plan to take out all that we made.</summary>
    public async Task<Result<SetupPlan>> PlanRemovalAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken token)
    {
        List<SetupStep> steps = [];
        foreach (var entity in Everywhere)
        {
            var definitions = SalesforceFieldDefinition.For(wanted, entity);
            var existing = await catalog.ExistingAsync(entity, definitions, token);
            if (!existing.Succeeded)
                return existing.Failure;
            steps.AddRange(definitions.Where(definition => existing.Value.ContainsKey(definition.DeveloperName)).Select(definition => new SetupStep(
                SetupAction.Remove, entity, definition.Name, $"Delete {definition.FullName} with the values in it.",
                new FieldRemoval(existing.Value[definition.DeveloperName], definition.FullName))));
        }

        foreach (var set in (string[])[SalesforceGrants.Viewer, SalesforceGrants.Integration])
        {
            var found = await grants.FindSetAsync(set, token);
            if (!found.Succeeded)
                return found.Failure;
            if (found.Value.Id is not null)
            {
                steps.Add(new SetupStep(
                    SetupAction.Remove, "PermissionSet", set, $"Take the permission set {set} from everybody and delete it.", new SetRemoval(set)));
            }
        }

        return new SetupPlan(steps);
    }

    /// <summary>Whether our user may edit a field.</summary>
    public static bool IsEditable(IReadOnlyDictionary<string, SalesforceField> visible, SalesforceFieldDefinition definition) =>
        visible.TryGetValue(definition.Name, out var field) && field.Updateable;

    // Mails have fields of their own; notes can hold none, so their labels go to what they hang on, which needs fields for them only then.
    private async Task<Result<Entities>> EntitiesAsync(CancellationToken token)
    {
        var notes = await schema.VisibleAsync(SalesforceObjectType.ContentNote, token, TimeSpan.Zero);
        if (!notes.Succeeded)
            return notes.Failure;
        List<(string, Dictionary<string, IReadOnlyDictionary<string, SalesforceField>>)> entities = [];
        foreach (var entity in Everywhere)
        {
            if (entity is SalesforceRecordReader.Opportunity && notes.Value.Count == 0)
                continue;
            var types = new Dictionary<string, IReadOnlyDictionary<string, SalesforceField>>(StringComparer.Ordinal);
            foreach (var type in SalesforceFieldDefinition.TypesOf(entity))
            {
                var fields = entity == SalesforceFieldDefinition.Activity
                    ? await schema.FieldsAsync(type, TimeSpan.Zero, token)
                    : await schema.VisibleAsync(type, token, TimeSpan.Zero);
                if (!fields.Succeeded)
                    return fields.Failure;
                types[type] = fields.Value;
            }

            if (types.Values.Any(fields => fields.Count > 0))
                entities.Add((entity, types));
        }

        return Result.Success(new Entities(entities, notes.Value.Count > 0));
    }

    private SetupStep FieldStep(
        SalesforceFieldDefinition definition, Dictionary<string, IReadOnlyDictionary<string, SalesforceField>> visible,
        Result<IReadOnlyDictionary<string, string>> existing)
    {
        SetupStep Make(SetupAction action, string sentence) => new(action, definition.Entity, definition.Name, sentence, definition);
        var seen = definition.Types.Select(type => visible[type].GetValueOrDefault(definition.Name)).OfType<SalesforceField>().ToList();
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
                new CallPlace(key, $"setting up {definition.Name}"), $"it is of type {unsuitable.Type}, but {definition.DescribedAs} is needed");
            return Make(SetupAction.Blocked, $"{failure.Message} {failure.Fix}");
        }

        var missing = definition.Missing(seen[0]);
        return missing.Count == 0
            ? Make(SetupAction.Keep, $"{definition.FullName} is there.")
            : Make(SetupAction.AddOptions, $"Add the values {Names(missing)} to {definition.FullName}; its other values stay.");
    }

    // The set before the grants in it; the assignment wherever, as long as the set is there.
    private async Task<Result<IReadOnlyList<SetupStep>>> IntegrationStepsAsync(
        IReadOnlyList<(SalesforceFieldDefinition Field, string Type)> hidden, CancellationToken token)
    {
        List<SetupStep> steps = [];
        if (hidden.Count == 0)
            return Result.Success<IReadOnlyList<SetupStep>>(steps);
        var set = await grants.FindSetAsync(SalesforceGrants.Integration, token);
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
            steps.Add(CreateSet(SalesforceGrants.Integration, "for the integration user"));
        }

        if (assigned.Id is null)
        {
            steps.Add(new SetupStep(SetupAction.Grant, "User", SalesforceGrants.Integration,
                $"Assign the permission set {SalesforceGrants.Integration} to the integration user."));
        }

        steps.AddRange(hidden.Select(pair => new SetupStep(
            SetupAction.Grant, pair.Type, pair.Field.Name, $"Let the integration user read and edit {pair.Type}.{pair.Field.Name}.",
            new FieldGrant(pair.Field, SalesforceGrants.Integration))));
        return Result.Success<IReadOnlyList<SetupStep>>(steps);
    }

    // Describe tells what we ourselves see; what people see, the rows of their permission set tell.
    private async Task<Result<IReadOnlyList<SetupStep>>> ViewerStepsAsync(
        IReadOnlyList<(SalesforceFieldDefinition Field, string Type)> fields, CancellationToken token)
    {
        List<SetupStep> steps = [];
        var set = await grants.FindSetAsync(SalesforceGrants.Viewer, token);
        var readable = Result.Success<IReadOnlySet<string>>(new HashSet<string>());
        if (set is { Succeeded: true, Value.Id: { } id })
            readable = await grants.ReadableAsync(id, token);
        if ((set.Failure ?? readable.Failure) is { } failure)
        {
            if (failure.Category is FailureCategory.Retry or FailureCategory.Wait)
                return failure;
            steps.Add(new SetupStep(
                SetupAction.Blocked, "PermissionSet", SalesforceGrants.Viewer, $"{failure.Message} {SalesforceFailures.FieldRefused.Fix}"));
            return Result.Success<IReadOnlyList<SetupStep>>(steps);
        }

        if (set.Value.Id is null)
            steps.Add(CreateSet(SalesforceGrants.Viewer, "for the people who shall see the labels; assign it to them in Salesforce"));
        steps.AddRange(fields.Where(pair => !readable.Value!.Contains($"{pair.Type}.{pair.Field.Name}")).Select(pair => new SetupStep(
            SetupAction.Grant, pair.Type, pair.Field.Name, $"Let holders of {SalesforceGrants.Viewer} read {pair.Type}.{pair.Field.Name}.",
            new FieldGrant(pair.Field, SalesforceGrants.Viewer))));
        return Result.Success<IReadOnlyList<SetupStep>>(steps);
    }

    private static SetupStep CreateSet(string set, string whom) =>
        new(SetupAction.Create, "PermissionSet", set, $"Create the permission set {set} {whom}.");

    private static string Names(IReadOnlyList<LabelOption> options) => string.Join(", ", options.Select(option => option.Value));

    /// <summary>The objects that the org has, as our user sees them.</summary>
    private sealed record Entities(IReadOnlyList<(string Entity, Dictionary<string, IReadOnlyDictionary<string, SalesforceField>> Visible)> Visible, bool HasNotes);
}
