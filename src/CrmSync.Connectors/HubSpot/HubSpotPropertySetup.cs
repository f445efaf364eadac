using System.Collections.Concurrent;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Creates our properties on the five activity types. Whether an account lets a key do so differs by type and plan, and only a try tells:
/// what was refused is planned as blocked from then on, for an hour.
/// </summary>
internal sealed class HubSpotPropertySetup(
    HubSpotClient client, CrmTransport transport, string key, TimeProvider time, ILogger logger) : IPropertySetup
{
    private static readonly TimeSpan RefusalKept = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(string Type, string Name), (string Sentence, DateTimeOffset Until)> _refused = new();

    /// <inheritdoc/>
    public Task<Result<SetupPlan>> PlanRemovalAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, LabelPlace>>> ReadPlacesAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Success<IReadOnlyDictionary<string, LabelPlace>>(new Dictionary<string, LabelPlace>()));

    /// <inheritdoc/>
    public async Task<Result<SetupPlan>> PlanAsync(IReadOnlyList<LabelProperty> wanted, CancellationToken cancellationToken)
    {
        List<SetupStep> steps = [];
        foreach (var type in HubSpotObjectType.All)
        {
            var planned = await transport.CallAsync(
                CallKind.Read, $"planning {type.Name}", token => PlanAsync(type.Name, wanted, token), cancellationToken);
            if (planned.Succeeded)
                steps.AddRange(planned.Value);
            else if (planned.Failure.Code == HubSpotFailures.ScopeMissing.Code)
                steps.Add(new SetupStep(SetupAction.Blocked, type.Name, HubSpotPropertyDefinition.Group, planned.Failure.ToString()));
            else
                return planned.Failure;
        }

        return new SetupPlan(steps);
    }

    /// <summary>Carries out a plan. Answers the steps that were tried; one that HubSpot refused comes back as blocked, with the failure.</summary>
    public async Task<Result<IReadOnlyList<SetupOutcome>>> ApplyAsync(SetupPlan plan, CancellationToken cancellationToken)
    {
        List<SetupOutcome> outcomes = [];
        Failure? closed = null;
        var closedTypes = new Dictionary<string, Failure>(StringComparer.Ordinal);
        foreach (var step in plan.Steps)
        {
            if (step.Action is SetupAction.Keep or SetupAction.Blocked)
                continue;
            var failure = closed ?? closedTypes.GetValueOrDefault(step.ObjectType);
            failure ??= await ApplyAsync(step, cancellationToken);
            // A revoked token or a used-up day refuses every further step, too.
            if (failure?.Category == FailureCategory.Wait || failure?.Code == HubSpotFailures.TokenRefused.Code)
                closed = failure;
            if (failure is not null && failure.Code == HubSpotFailures.PropertyRefused.Code)
            {
                // One refused scope refuses everything on that type; asking again for each property only costs requests.
                if (failure.RemoteMessage?.Contains("scope", StringComparison.OrdinalIgnoreCase) == true)
                    closedTypes[step.ObjectType] = failure;
                _refused[(step.ObjectType, step.Subject)] = ($"{failure.Message} {failure.Fix}", time.GetUtcNow() + RefusalKept);
            }

            var blocked = failure is not null
                && (failure.Code == HubSpotFailures.PropertyRefused.Code || failure.Code == HubSpotFailures.PropertyUnsuitable.Code);
            var done = blocked
                ? step with { Action = SetupAction.Blocked, Sentence = $"{failure!.Message} {failure.Fix}" }
                : step;
            ConnectorLog.SetUp(logger, key, step.Action.ToString(), step.Subject, step.ObjectType, failure?.Code ?? "done");
            outcomes.Add(new SetupOutcome(done, failure));
        }

        return outcomes;
    }

    private async Task<Result<IReadOnlyList<SetupStep>>> PlanAsync(string type, IReadOnlyList<LabelProperty> wanted, CancellationToken token)
    {
        var properties = await client.PropertiesAsync(type, token);
        if (!properties.Succeeded)
            return properties.Failure;
        var groups = await client.GroupsAsync(type, token);
        if (!groups.Succeeded)
            return groups.Failure;

        var existing = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in properties.Value.Body.Items("results"))
            existing[property.Text("name") ?? ""] = property;
        List<SetupStep> steps = [.. HubSpotPropertyDefinition.For(wanted).Select(definition => Step(type, definition, existing))];
        var grouped = groups.Value.Body.Items("results").Any(group => group.Text("name") == HubSpotPropertyDefinition.Group);
        if (!grouped && steps.Any(step => step.Action == SetupAction.Create))
        {
            steps.Insert(0, new SetupStep(SetupAction.Create, type, HubSpotPropertyDefinition.Group,
                $"Create the property group '{HubSpotPropertyDefinition.Group}' on {type}."));
        }

        return Result.Success<IReadOnlyList<SetupStep>>(steps);
    }

    private SetupStep Step(string type, HubSpotPropertyDefinition definition, Dictionary<string, JsonElement> existing)
    {
        SetupStep Make(SetupAction action, string sentence) => new(action, type, definition.Name, sentence, definition);
        if (!existing.TryGetValue(definition.Name, out var property))
        {
            return _refused.TryGetValue((type, definition.Name), out var refusal) && time.GetUtcNow() < refusal.Until
                ? Make(SetupAction.Blocked, refusal.Sentence)
                : Make(SetupAction.Create, definition.Options.Count == 0
                    ? $"Create {type}.{definition.Name} ({definition.Type})."
                    : $"Create {type}.{definition.Name} with the options {Names(definition.Options)}.");
        }

        if (definition.Unsuitable(property) is { } reason)
        {
            var failure = HubSpotFailures.PropertyUnsuitable.At(Place(type, definition.Name), reason);
            return Make(SetupAction.Blocked, $"{failure.Message} {failure.Fix}");
        }

        var missing = definition.Missing(property);
        return missing.Count == 0
            ? Make(SetupAction.Keep, $"{type}.{definition.Name} is there.")
            : Make(SetupAction.AddOptions, $"Add the options {Names(missing)} to {type}.{definition.Name}; its other options stay.");
    }

    private async Task<Failure?> ApplyAsync(SetupStep step, CancellationToken cancellationToken)
    {
        var result = await transport.CallAsync(CallKind.Write, $"setting up {step.ObjectType}.{step.Subject}", async token =>
        {
            var failure = step.Payload is HubSpotPropertyDefinition definition
                ? step.Action == SetupAction.Create
                    ? await CreateAsync(step.ObjectType, definition, token)
                    : await ReconcileAsync(step.ObjectType, definition, token)
                : Refused(
                    await client.CreateGroupAsync(step.ObjectType, HubSpotPropertyDefinition.Group, "CrmSync", token),
                    step.ObjectType, step.Subject);
            return failure is null ? Result.Success(true) : failure;
        }, cancellationToken);
        return result.Failure;
    }

    private async Task<Failure?> CreateAsync(string type, HubSpotPropertyDefinition definition, CancellationToken token)
    {
        var created = await client.CreatePropertyAsync(type, definition.ToJson(), token);
        // An archived property of the name comes back to life with its old definition, and somebody else may have been faster.
        if (created.Succeeded || created.Failure.Category == FailureCategory.Unknown || created.Failure.Code == HubSpotFailures.Conflict.Code)
            return await ReconcileAsync(type, definition, token);
        return Refused(created, type, definition.Name);
    }

    private async Task<Failure?> ReconcileAsync(string type, HubSpotPropertyDefinition definition, CancellationToken token)
    {
        var current = await client.PropertyAsync(type, definition.Name, token);
        if (!current.Succeeded)
            return current.Failure;
        if (definition.Unsuitable(current.Value.Body) is { } reason)
            return HubSpotFailures.PropertyUnsuitable.At(Place(type, definition.Name), reason);
        return definition.Missing(current.Value.Body).Count == 0
            ? null
            : Refused(await client.ReplaceOptionsAsync(type, definition.Name, definition.Merged(current.Value.Body), token), type, definition.Name);
    }

    // A refusal of one property is no reason to stop the connection: labels of this type go elsewhere.
    private Failure? Refused(Result<CrmAnswer> answer, string type, string name)
    {
        if (answer.Succeeded || answer.Failure.Code == HubSpotFailures.Conflict.Code)
            return null;
        var refused = answer.Failure.Code == HubSpotFailures.ScopeMissing.Code
            || answer.Failure.Code == HubSpotFailures.AccessRefused.Code
            || answer.Failure.Category == FailureCategory.Reject;
        return refused
            ? HubSpotFailures.PropertyRefused.At(Place(type, name)) with
            {
                RemoteMessage = answer.Failure.RemoteMessage,
                CorrelationId = answer.Failure.CorrelationId,
            }
            : answer.Failure;
    }

    private CallPlace Place(string type, string name) => new(key, $"setting up {type}.{name}");

    private static string Names(IReadOnlyList<LabelOption> options) => string.Join(", ", options.Select(option => option.Value));
}
