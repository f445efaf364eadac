using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>The endpoints of Salesforce that we use, one method each. Thread-safe.</summary>
internal sealed class SalesforceClient(CrmTransport transport, string version, int pageRows)
{
    /// <summary>Most records of a collections update, and most ids that still fit into a query's address.</summary>
    public const int BatchLimit = 200;

    /// <summary>Largest page that a query gives.</summary>
    public const int QueryLimit = 2_000;

    private readonly Dictionary<string, string> _queryHeaders = new() { ["Sforce-Query-Options"] = $"batchSize={pageRows}" };

    private string Root => $"services/data/v{version}";

    /// <summary>Runs a query over live, archived and deleted rows.</summary>
    public Task<Result<CrmAnswer>> QueryAllAsync(string soql, string purpose, CancellationToken token) =>
        SendQueryAsync($"{Root}/queryAll?q={Uri.EscapeDataString(soql)}", purpose, token);

    /// <summary>Runs a query over live rows.</summary>
    public Task<Result<CrmAnswer>> QueryAsync(string soql, string purpose, CancellationToken token) =>
        SendQueryAsync($"{Root}/query?q={Uri.EscapeDataString(soql)}", purpose, token);

    /// <summary>The next page of a query, by the address that the last one gave (it says /query/ after /queryAll, too).</summary>
    /// <exception cref="ArgumentException">The address leaves the API.</exception>
    public Task<Result<CrmAnswer>> NextAsync(string nextRecordsUrl, string purpose, CancellationToken token) =>
        nextRecordsUrl.StartsWith("/services/data/", StringComparison.Ordinal)
            ? SendQueryAsync(nextRecordsUrl, purpose, token)
            : throw new ArgumentException("The next page's address is not inside the API.", nameof(nextRecordsUrl));

    /// <summary>Fields of an object as our user sees them.</summary>
    public Task<Result<CrmAnswer>> DescribeAsync(string type, CancellationToken token) =>
        transport.SendAsync(CrmCall.Read(HttpMethod.Get, $"{Root}/sobjects/{type}/describe", $"describing {type}"), token);

    /// <summary>Changes up to 200 records; each is accepted or refused by itself.</summary>
    public Task<Result<CrmAnswer>> UpdateAsync(string type, JsonArray records, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Write(HttpMethod.Patch, $"{Root}/composite/sobjects", $"writing {type}",
                new JsonObject { ["allOrNone"] = false, ["records"] = records }),
            token);

    /// <summary>The org's limits.</summary>
    public Task<Result<CrmAnswer>> LimitsAsync(CancellationToken token) =>
        transport.SendAsync(CrmCall.Read(HttpMethod.Get, $"{Root}/limits", "reading the limits"), token);

    /// <summary>Creates a record.</summary>
    public Task<Result<CrmAnswer>> CreateAsync(string type, JsonObject fields, CancellationToken token) =>
        transport.SendAsync(CrmCall.Write(HttpMethod.Post, $"{Root}/sobjects/{type}", $"creating a {type}", fields), token);

    /// <summary>Changes a record.</summary>
    public Task<Result<CrmAnswer>> ChangeAsync(string type, string id, JsonObject fields, CancellationToken token) =>
        transport.SendAsync(CrmCall.Write(HttpMethod.Patch, $"{Root}/sobjects/{type}/{id}", $"changing a {type}", fields), token);

    /// <summary>Runs a query over the org's own set-up.</summary>
    public Task<Result<CrmAnswer>> QueryToolingAsync(string soql, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Read(HttpMethod.Get, $"{Root}/tooling/query?q={Uri.EscapeDataString(soql)}", "looking for custom fields"), token);

    /// <summary>Reads a custom field with its metadata.</summary>
    public Task<Result<CrmAnswer>> FieldAsync(string id, CancellationToken token) =>
        transport.SendAsync(CrmCall.Read(HttpMethod.Get, $"{Root}/tooling/sobjects/CustomField/{id}", "reading a custom field"), token);

    /// <summary>Creates a custom field.</summary>
    public Task<Result<CrmAnswer>> CreateFieldAsync(string fullName, JsonNode metadata, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Write(HttpMethod.Post, $"{Root}/tooling/sobjects/CustomField", $"creating field {fullName}",
                new JsonObject { ["FullName"] = fullName, ["Metadata"] = metadata }),
            token);

    /// <summary>Replaces the metadata of a custom field.</summary>
    public Task<Result<CrmAnswer>> ChangeFieldAsync(string id, string fullName, JsonNode metadata, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Write(HttpMethod.Patch, $"{Root}/tooling/sobjects/CustomField/{id}", $"changing field {fullName}",
                new JsonObject { ["FullName"] = fullName, ["Metadata"] = metadata }),
            token);

    private Task<Result<CrmAnswer>> SendQueryAsync(string path, string purpose, CancellationToken token) =>
        transport.SendAsync(CrmCall.Read(HttpMethod.Get, path, purpose) with { Headers = _queryHeaders }, token);
}
