using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Which of our fields exist in the org, whether we may see them or not. Thread-safe.</summary>
internal sealed class SalesforceFieldCatalog(SalesforceClient client)
{
    private readonly SalesforceTooling _tooling = new(client);

    /// <summary>Ids of those of some fields that exist, by developer name.</summary>
    /// <param name="entity">The object that holds all of them.</param>
    /// <param name="definitions">The fields.</param>
    /// <param name="token">Stops the call.</param>
    public async Task<Result<IReadOnlyDictionary<string, string>>> ExistingAsync(
        string entity, IEnumerable<SalesforceFieldDefinition> definitions, CancellationToken token)
    {
        var names = SalesforceValues.Quoted(definitions.Select(definition => definition.DeveloperName));
        var answer = await _tooling.QueryAsync(
            $"SELECT Id, DeveloperName FROM CustomField WHERE TableEnumOrId = '{entity}' AND DeveloperName IN ({names})", token);
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

    /// <summary>Id of one field; null inside a success where it does not exist.</summary>
    public async Task<Result<string?>> FindAsync(SalesforceFieldDefinition definition, CancellationToken token)
    {
        var found = await ExistingAsync(definition.Entity, [definition], token);
        return found.Map(ids => ids.GetValueOrDefault(definition.DeveloperName));
    }
}
