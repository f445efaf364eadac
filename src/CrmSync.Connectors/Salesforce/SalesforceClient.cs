using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>The endpoints of Salesforce that we use, one method each. Thread-safe.</summary>
internal sealed class SalesforceClient(CrmTransport transport, SalesforceVersions versions)
{
    /// <summary>Most records of a collections update, and most ids that still fit into a query's address.</summary>
    public const int BatchLimit = 200;

    /// <summary>Largest page that a query gives.</summary>
    public const int QueryLimit = 2_000;

    /// <summary>Most records that we put into one bulk write.</summary>
    public const int BulkWriteLimit = 2_000;

    /// <summary>Runs a query over live, archived and deleted rows.</summary>
    /// <param name="soql">The query.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="token">Stops the call.</param>
    /// <param name="rows">Rows of a page, 200 to 2,000; Salesforce takes it for a hint.</param>
    public Task<Result<CrmAnswer>> QueryAllAsync(string soql, string purpose, CancellationToken token, int rows = QueryLimit) =>
        SendAsync(root => Query($"{root}/queryAll?q={Uri.EscapeDataString(soql)}", purpose, rows), token);

    /// <summary>Runs a query over live rows.</summary>
    public Task<Result<CrmAnswer>> QueryAsync(string soql, string purpose, CancellationToken token) =>
        SendAsync(root => Query($"{root}/query?q={Uri.EscapeDataString(soql)}", purpose, QueryLimit), token);

    /// <summary>The next page of a query, by the address that the last one gave (it says /query/ after /queryAll, too).</summary>
    /// <exception cref="ArgumentException">The address leaves the API.</exception>
    public Task<Result<CrmAnswer>> NextAsync(string nextRecordsUrl, string purpose, CancellationToken token) =>
        IsInsideApi(nextRecordsUrl)
            ? transport.SendAsync(Query(nextRecordsUrl, purpose, QueryLimit), token)
            : throw new ArgumentException("The next page's address is not inside the API.", nameof(nextRecordsUrl));

    /// <summary>The content behind an address that a query gave for a base64 field.</summary>
    public Task<Result<CrmAnswer>> ContentAsync(string address, string purpose, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Read(HttpMethod.Get, address, purpose) with { IsRaw = true, Headers = new Dictionary<string, string> { ["Accept"] = "*/*" } }, token);

    /// <summary>Whether an address that an answer named leads to the API of the same host.</summary>
    public static bool IsInsideApi(string address) =>
        address.StartsWith("/services/data/", StringComparison.Ordinal) && !address.Contains("..", StringComparison.Ordinal);

    /// <summary>Fields of an object as our user sees them.</summary>
    public Task<Result<CrmAnswer>> DescribeAsync(string type, CancellationToken token) =>
        SendAsync(root => CrmCall.Read(HttpMethod.Get, $"{root}/sobjects/{type}/describe", $"describing {type}"), token);

    /// <summary>Ids of records that were deleted in a range of at most 30 days.</summary>
    public Task<Result<CrmAnswer>> DeletedAsync(string type, DateTimeOffset from, DateTimeOffset to, CancellationToken token)
    {
        var range = $"start={Uri.EscapeDataString(SalesforceValues.Literal(from))}&end={Uri.EscapeDataString(SalesforceValues.Literal(to))}";
        return SendAsync(root => CrmCall.Read(HttpMethod.Get, $"{root}/sobjects/{type}/deleted/?{range}", $"asking for deleted {type} records"), token);
    }

    /// <summary>Changes up to 200 records; each is accepted or refused by itself.</summary>
    public Task<Result<CrmAnswer>> UpdateAsync(string type, JsonArray records, CancellationToken token) =>
        SendAsync(
            root => CrmCall.Write(HttpMethod.Patch, $"{root}/composite/sobjects", $"writing {type}",
                new JsonObject { ["allOrNone"] = false, ["records"] = records }),
            token);

    /// <summary>The org's limits.</summary>
    public Task<Result<CrmAnswer>> LimitsAsync(CancellationToken token) =>
        SendAsync(root => CrmCall.Read(HttpMethod.Get, $"{root}/limits", "reading the limits"), token);

    /// <summary>Creates a record.</summary>
    public Task<Result<CrmAnswer>> CreateAsync(string type, JsonObject fields, CancellationToken token) =>
        SendAsync(root => CrmCall.Write(HttpMethod.Post, $"{root}/sobjects/{type}", $"creating a {type}", fields), token);

    /// <summary>Several requests as one, of which all take effect or none.</summary>
    /// <param name="parts">Method, path below the API's version, reference and body of each; a text may name an id of an earlier one as <c>@{reference.id}</c>.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="token">Stops the call.</param>
    public Task<Result<CrmAnswer>> TogetherAsync(IReadOnlyList<(HttpMethod Method, string Path, string Reference, JsonObject Body)> parts, string purpose, CancellationToken token) =>
        SendAsync(
            root => CrmCall.Write(HttpMethod.Post, $"{root}/composite", purpose, new JsonObject
            {
                ["allOrNone"] = true,
                ["compositeRequest"] = new JsonArray([.. parts.Select(part => (JsonNode)new JsonObject
                {
                    ["method"] = part.Method.Method, ["url"] = $"/{root.TrimStart('/')}/{part.Path}", ["referenceId"] = part.Reference, ["body"] = part.Body.DeepClone(),
                })]),
            }),
            token);

    /// <summary>Changes a record.</summary>
    public Task<Result<CrmAnswer>> ChangeAsync(string type, string id, JsonObject fields, CancellationToken token) =>
        SendAsync(root => CrmCall.Write(HttpMethod.Patch, $"{root}/sobjects/{type}/{id}", $"changing a {type}", fields), token);

    /// <summary>Deletes a record of the org's set-up.</summary>
    public Task<Result<CrmAnswer>> DeleteAsync(string type, string id, CancellationToken token) =>
        SendAsync(root => new CrmCall(HttpMethod.Delete, $"{root}/sobjects/{type}/{id}", CallKind.Write, $"deleting a {type}"), token);

    /// <summary>Sends a call whose path begins with the API's version.</summary>
    public async Task<Result<CrmAnswer>> SendAsync(Func<string, CrmCall> call, CancellationToken token)
    {
        var root = await versions.RootAsync(token);
        return root.Succeeded ? await transport.SendAsync(call(root.Value), token) : root.Failure;
    }

    private static CrmCall Query(string path, string purpose, int rows) =>
        CrmCall.Read(HttpMethod.Get, path, purpose) with { Headers = new Dictionary<string, string> { ["Sforce-Query-Options"] = $"batchSize={rows}" } };
}
