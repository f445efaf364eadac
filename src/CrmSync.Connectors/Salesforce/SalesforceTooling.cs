using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>The part of the Tooling API that makes and changes custom fields. Thread-safe.</summary>
internal sealed class SalesforceTooling(SalesforceClient client)
{
    /// <summary>Runs a query over the org's own set-up.</summary>
    public Task<Result<CrmAnswer>> QueryAsync(string soql, CancellationToken token) =>
        client.SendAsync(
            root => CrmCall.Read(HttpMethod.Get, $"{root}/tooling/query?q={Uri.EscapeDataString(soql)}", "looking for custom fields"), token);

    /// <summary>Reads a custom field with its metadata.</summary>
    public Task<Result<CrmAnswer>> FieldAsync(string id, CancellationToken token) =>
        client.SendAsync(root => CrmCall.Read(HttpMethod.Get, $"{root}/tooling/sobjects/CustomField/{id}", "reading a custom field"), token);

    /// <summary>Creates a custom field.</summary>
    public Task<Result<CrmAnswer>> CreateFieldAsync(string fullName, JsonNode metadata, CancellationToken token) =>
        client.SendAsync(
            root => CrmCall.Write(HttpMethod.Post, $"{root}/tooling/sobjects/CustomField", $"creating field {fullName}", Field(fullName, metadata)), token);

    /// <summary>Replaces the metadata of a custom field.</summary>
    public Task<Result<CrmAnswer>> ChangeFieldAsync(string id, string fullName, JsonNode metadata, CancellationToken token) =>
        client.SendAsync(
            root => CrmCall.Write(HttpMethod.Patch, $"{root}/tooling/sobjects/CustomField/{id}", $"changing field {fullName}", Field(fullName, metadata)),
            token);

    /// <summary>Deletes a custom field with the values in it; Salesforce keeps it in its own bin for some days.</summary>
    public Task<Result<CrmAnswer>> DeleteFieldAsync(string id, string fullName, CancellationToken token) =>
        client.SendAsync(
            root => new CrmCall(HttpMethod.Delete, $"{root}/tooling/sobjects/CustomField/{id}", CallKind.Write, $"deleting field {fullName}"), token);

    private static JsonObject Field(string fullName, JsonNode metadata) => new() { ["FullName"] = fullName, ["Metadata"] = metadata };
}
