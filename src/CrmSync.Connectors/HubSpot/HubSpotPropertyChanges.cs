using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Carries out single steps of a plan. Each may be repeated.</summary>
internal sealed class HubSpotPropertyChanges(HubSpotSchemaClient schema, CrmTransport transport, string key)
{
    /// <summary>Does what a step says; null when it is done.</summary>
    public async Task<Failure?> ApplyAsync(SetupStep step, CancellationToken cancellationToken)
    {
        var result = await transport.CallAsync(CallKind.Write, $"setting up {step.ObjectType}.{step.Subject}", async token =>
        {
            var failure = (step.Action, step.Payload) switch
            {
                (SetupAction.Remove, _) => await RemoveAsync(step.ObjectType, step.Subject, token),
                (SetupAction.Create, HubSpotPropertyDefinition definition) => await CreateAsync(step.ObjectType, definition, token),
                (_, HubSpotPropertyDefinition definition) => await ExtendAsync(step.ObjectType, definition, token),
                _ => Refused(
                    await schema.CreateGroupAsync(step.ObjectType, HubSpotPropertyDefinition.Group, "CrmSync", token), step.ObjectType, step.Subject),
            };
            return failure is null ? Result.Success(true) : failure;
        }, cancellationToken);
        return result.Failure;
    }

    private async Task<Failure?> CreateAsync(string type, HubSpotPropertyDefinition definition, CancellationToken token)
    {
        var created = await schema.CreatePropertyAsync(type, definition.ToJson(), token);
        if (!created.Succeeded && created.Failure.Category != FailureCategory.Unknown && created.Failure.Code != HubSpotFailures.Conflict.Code)
            return Refused(created, type, definition.Name);
        // Somebody else was faster, and the property is theirs: only what it lacks is added.
        if (!created.Succeeded && created.Failure.Code == HubSpotFailures.Conflict.Code)
            return await ExtendAsync(type, definition, token);
        return await ReconcileAsync(type, definition, property => definition.Differences(property), token);
    }

    private Task<Failure?> ExtendAsync(string type, HubSpotPropertyDefinition definition, CancellationToken token) =>
        ReconcileAsync(
            type, definition,
            property => definition.Missing(property).Count == 0 ? [] : new JsonObject { ["options"] = definition.Merged(property) }, token);

    private async Task<Failure?> ReconcileAsync(
        string type, HubSpotPropertyDefinition definition, Func<System.Text.Json.JsonElement, JsonObject> changes, CancellationToken token)
    {
        var current = await schema.PropertyAsync(type, definition.Name, token);
        if (!current.Succeeded)
            return current.Failure;
        if (definition.Unsuitable(current.Value.Body) is { } reason)
            return HubSpotFailures.PropertyUnsuitable.At(Place(type, definition.Name), reason);
        var due = changes(current.Value.Body);
        return due.Count == 0 ? null : Refused(await schema.ChangePropertyAsync(type, definition.Name, due, token), type, definition.Name);
    }

    private async Task<Failure?> RemoveAsync(string type, string name, CancellationToken token)
    {
        var removed = name == HubSpotPropertyDefinition.Group
            ? await schema.RemoveGroupAsync(type, name, token)
            : await schema.RemovePropertyAsync(type, name, token);
        return removed.Succeeded || removed.Failure.Category == FailureCategory.Gone ? null : removed.Failure;
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
}
