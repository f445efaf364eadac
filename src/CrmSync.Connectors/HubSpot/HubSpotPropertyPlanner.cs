using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Compares what HubSpot has with what is wanted. Whether an account lets a key create properties on activities differs by type and plan, and only a try tells; where
/// it was refused, labels go to the linked deal, company or contact. Changes nothing.
/// </summary>
internal sealed class HubSpotPropertyPlanner(HubSpotSchemaClient schema, CrmTransport transport, HubSpotRefusals refusals, string key)
{
    private const string TriedBefore =
        "HubSpot did not let CrmSync create it when set-up was run, so these labels stand on the linked deal, company or contact. " +
        "If that has changed, create it by hand in HubSpot (Settings > Properties) and run `crmsync setup` again.";

    /// <summary>What is to be done.</summary>
    public async Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        var definitions = HubSpotPropertyDefinition.For(wanted);
        var schemas = new List<(string Type, HubSpotTypeSchema? Schema, Failure? Refusal)>();
        foreach (var type in HubSpotObjectType.All)
        {
            var read = await ReadAsync(type.Name, cancellationToken);
            if (!read.Succeeded && read.Failure.Code != HubSpotFailures.ScopeMissing.Code)
                return read.Failure;
            schemas.Add((type.Name, read.Value, read.Failure));
        }

        var holders = new List<HubSpotTypeSchema>();
        List<SetupStep> unreadable = [];
        if (schemas.Any(item => item.Schema is null || !item.Schema.TakesOurs(definitions) || definitions.Any(wish => refusals.Find(item.Type, wish.Name) is not null)))
        {
            foreach (var type in HubSpotTypeSchema.Holders)
            {
                var read = await ReadAsync(type, cancellationToken);
                if (read.Succeeded)
                    holders.Add(read.Value);
                else if (read.Failure.Code == HubSpotFailures.ScopeMissing.Code)
                    unreadable.Add(Blocked(type, read.Failure));
                else
                    return read.Failure;
            }
        }

        var triedBefore = holders.Exists(holder => holder.IsHolder);
        List<SetupStep> steps = [];
        var elsewhere = false;
        foreach (var (type, found, refusal) in schemas)
        {
            if (found is null)
            {
                steps.Add(Blocked(type, refusal!));
                elsewhere = true;
                continue;
            }

            var refused = triedBefore && !found.TakesOurs(definitions);
            var planned = definitions.Select(definition => Step(found, definition, refused ? TriedBefore : null, isActivity: true)).ToList();
            elsewhere |= planned.Exists(step => step.Action == SetupAction.Blocked && !found.Properties.ContainsKey(step.Subject));
            if (await WithGroupAsync(type, planned, cancellationToken) is { } failure)
                return failure;
            steps.AddRange(planned);
        }

        if (elsewhere)
        {
            foreach (var holder in holders)
            {
                var planned = await HolderAsync(holder, definitions, wanted, cancellationToken);
                if (!planned.Succeeded)
                    return planned.Failure;
                steps.AddRange(planned.Value);
            }

            steps.AddRange(unreadable);
        }

        var accounts = elsewhere ? Result.Success<IReadOnlyList<SetupStep>>([]) : await AccountsAsync(wanted, cancellationToken);
        return accounts.Succeeded ? new SetupPlan([.. steps, .. accounts.Value]) : accounts.Failure;
    }

    // Where companies hold labels of activities besides, both are planned at once.
    private async Task<Result<IReadOnlyList<SetupStep>>> AccountsAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        if (HubSpotPropertyDefinition.ForAccounts(wanted) is not { Count: > 0 } definitions)
            return Result.Success<IReadOnlyList<SetupStep>>([]);
        var read = await ReadAsync(HubSpotPropertyDefinition.Accounts, cancellationToken);
        if (!read.Succeeded)
            return read.Failure.Code == HubSpotFailures.ScopeMissing.Code
                ? Result.Success<IReadOnlyList<SetupStep>>([Blocked(HubSpotPropertyDefinition.Accounts, read.Failure)])
                : read.Failure;
        var planned = definitions.Select(definition => Step(read.Value, definition, refusal: null, isActivity: false)).ToList();
        return await WithGroupAsync(HubSpotPropertyDefinition.Accounts, planned, cancellationToken) is { } failure
            ? failure
            : Result.Success<IReadOnlyList<SetupStep>>(planned);
    }

    /// <summary>What the holders lack; asked after a refusal that the plan could not know of.</summary>
    public async Task<Result<IReadOnlyList<SetupStep>>> PlanHoldersAsync(
        IReadOnlyList<HubSpotPropertyDefinition> definitions, CancellationToken cancellationToken)
    {
        List<SetupStep> steps = [];
        foreach (var type in HubSpotTypeSchema.Holders)
        {
            var read = await ReadAsync(type, cancellationToken);
            if (!read.Succeeded && read.Failure.Code != HubSpotFailures.ScopeMissing.Code)
                return read.Failure;
            if (!read.Succeeded)
            {
                steps.Add(Blocked(type, read.Failure));
                continue;
            }

            var planned = await HolderAsync(read.Value, definitions, [], cancellationToken);
            if (!planned.Succeeded)
                return planned.Failure;
            steps.AddRange(planned.Value);
        }

        return steps;
    }

    private async Task<Result<IReadOnlyList<SetupStep>>> HolderAsync(
        HubSpotTypeSchema holder, IReadOnlyList<HubSpotPropertyDefinition> definitions, IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        var own = holder.Type == HubSpotPropertyDefinition.Accounts ? HubSpotPropertyDefinition.ForAccounts(wanted) : [];
        var planned = definitions.Concat(own).DistinctBy(definition => definition.Name).Where(definition => definition.Name != HubSpotPropertyDefinition.SourceActivity.Name)
            .Append(HubSpotPropertyDefinition.SourceActivity)
            .Select(definition => Step(holder, definition, refusal: null, isActivity: false)).ToList();
        return await WithGroupAsync(holder.Type, planned, cancellationToken) is { } failure
            ? failure
            : Result.Success<IReadOnlyList<SetupStep>>(planned);
    }

    // Properties need their group to be there first.
    private async Task<Failure?> WithGroupAsync(string type, List<SetupStep> planned, CancellationToken cancellationToken)
    {
        if (!planned.Exists(step => step.Action == SetupAction.Create))
            return null;
        var groups = await transport.CallAsync(
            CallKind.Read, $"reading property groups of {type}", token => schema.GroupsAsync(type, token), cancellationToken);
        if (!groups.Succeeded)
            return groups.Failure;
        if (!groups.Value.Body.Items("results").Any(group => group.Text("name") == HubSpotPropertyDefinition.Group))
        {
            planned.Insert(0, new SetupStep(SetupAction.Create, type, HubSpotPropertyDefinition.Group,
                $"Create the property group '{HubSpotPropertyDefinition.Group}' on {type}."));
        }

        return null;
    }

    private SetupStep Step(HubSpotTypeSchema found, HubSpotPropertyDefinition definition, string? refusal, bool isActivity)
    {
        var type = found.Type;
        SetupStep Make(SetupAction action, string sentence) => new(action, type, definition.Name, sentence, definition);
        if (!found.Properties.TryGetValue(definition.Name, out var property))
        {
            if ((refusals.Find(type, definition.Name) ?? refusal) is { } refused)
                return Make(SetupAction.Blocked, refused);
            var what = definition.Options.Count == 0 ? $"({definition.Type})" : $"with the options {Names(definition.Options)}";
            var otherwise = isActivity ? "; where HubSpot refuses that, it is created on deals, companies and contacts, and labels go to the linked record." : ".";
            return Make(SetupAction.Create, $"Create {type}.{definition.Name} {what}{otherwise}");
        }

        if (definition.Unsuitable(property) is { } reason)
        {
            var failure = HubSpotFailures.PropertyUnsuitable.At(new CallPlace(key, $"setting up {type}.{definition.Name}"), reason);
            return Make(SetupAction.Blocked, $"{failure.Message} {failure.Fix}");
        }

        var missing = definition.Missing(property);
        return missing.Count == 0
            ? Make(SetupAction.Keep, $"{type}.{definition.Name} is there.")
            : Make(SetupAction.AddOptions, $"Add the options {Names(missing)} to {type}.{definition.Name}; its other options stay.");
    }

    private Task<Result<HubSpotTypeSchema>> ReadAsync(string type, CancellationToken cancellationToken) =>
        HubSpotTypeSchema.ReadAsync(schema, transport, key, type, cancellationToken);

    private static SetupStep Blocked(string type, Failure failure) =>
        new(SetupAction.Blocked, type, HubSpotPropertyDefinition.Group, $"{failure.Message} {failure.Fix}");

    private static string Names(IReadOnlyList<LabelOption> options) => string.Join(", ", options.Select(option => option.Value));
}
