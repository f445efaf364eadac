using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Carries out single steps of a plan. Every step may be repeated. Thread-safe.</summary>
internal sealed class SalesforceSetupSteps(SalesforceTooling tooling, SalesforceFieldCatalog catalog, SalesforceGrants grants, string key)
{
    /// <summary>Null where the step is done, or was done before.</summary>
    public async Task<Failure?> ApplyAsync(SetupStep step, CancellationToken token)
    {
        var failure = (step.Action, step.Payload) switch
        {
            (SetupAction.Create, SalesforceFieldDefinition definition) => await CreateAsync(definition, token),
            (SetupAction.AddOptions, SalesforceFieldDefinition definition) => await AddValuesAsync(definition, token),
            (SetupAction.Grant, FieldGrant grant) => await grants.GrantAsync(grant.Set, step.ObjectType, grant.Field.Name, token),
            (SetupAction.Grant, _) => await grants.AssignAsync(token),
            (SetupAction.Remove, FieldRemoval field) => await RemoveAsync(field, token),
            (SetupAction.Remove, SetRemoval set) => await grants.RemoveSetAsync(set.Set, token),
            _ => await grants.CreateSetAsync(step.Subject, token),
        };
        if (failure is not null && step.Action == SetupAction.Remove && IsRefusal(failure))
            return SalesforceFailures.RemovalRefused.At(Place(step.Subject)) with { RemoteMessage = failure.RemoteMessage };
        // What Salesforce refuses here concerns the set-up alone: reading goes on, and an administrator can do the rest by hand.
        return failure is not null && IsRefusal(failure)
            ? SalesforceFailures.FieldRefused.At(Place(step.Subject)) with { RemoteMessage = failure.RemoteMessage }
            : failure;
    }

    private async Task<Failure?> CreateAsync(SalesforceFieldDefinition definition, CancellationToken token)
    {
        var created = await tooling.CreateFieldAsync(definition.FullName, definition.ToMetadata(), token);
        if (created.Succeeded || !SalesforceGrants.MayBeThere(created.Failure))
            return created.Failure;
        var existing = await catalog.FindAsync(definition, token);
        if (!existing.Succeeded)
            return existing.Failure;
        return existing.Value is not null ? null : created.Failure;
    }

    private async Task<Failure?> AddValuesAsync(SalesforceFieldDefinition definition, CancellationToken token)
    {
        var existing = await catalog.FindAsync(definition, token);
        if (existing.Failure is { } failure)
            return failure;
        if (existing.Value is not { } id)
            return SalesforceFailures.FieldMissing.At(Place(definition.Name));
        var field = await tooling.FieldAsync(id, token);
        if (!field.Succeeded)
            return field.Failure;
        var own = field.Value.Body.Child("Metadata");
        var metadata = own.ValueKind == JsonValueKind.Object ? JsonNode.Parse(own.GetRawText()) : null;
        return definition.Merged(metadata) is { } merged
            ? (await tooling.ChangeFieldAsync(id, definition.FullName, merged, token)).Failure
            : SalesforceFailures.FieldUnsuitable.At(Place(definition.Name), "its values come from a shared value set");
    }

    private async Task<Failure?> RemoveAsync(FieldRemoval field, CancellationToken token)
    {
        var removed = await tooling.DeleteFieldAsync(field.Id, field.FullName, token);
        return removed.Succeeded || SalesforceGrants.IsGone(removed.Failure) ? null : removed.Failure;
    }

    private static bool IsRefusal(Failure failure) =>
        failure.Code == SalesforceFailures.AccessRefused.Code || failure.Code == SalesforceFailures.InvalidRequest.Code
        || failure.Code == SalesforceFailures.AddressWrong.Code;

    private CallPlace Place(string subject) => new(key, $"setting up {subject}");
}
