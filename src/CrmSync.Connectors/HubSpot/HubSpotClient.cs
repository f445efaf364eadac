using System.Globalization;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>The endpoints of records and their links that we use, one method each. Thread-safe.</summary>
internal sealed class HubSpotClient(HubSpotRoutes routes)
{
    /// <summary>Most rows of a search page (HubSpot's search guide).</summary>
    public const int SearchLimit = 200;

    /// <summary>Most records of a batch read or update.</summary>
    public const int BatchLimit = 100;

    /// <summary>Most inputs of an associations read (changelog of 2025-02).</summary>
    public const int AssociationLimit = 1_000;

    /// <summary>Most characters of a search body (HubSpot's search guide).</summary>
    public const int SearchBodyLimit = 3_000;

    /// <summary>Most rows of a list page (HubSpot's objects guide).</summary>
    public const int ListLimit = 100;

    /// <summary>Most records of a batch read that asks for history.</summary>
    public const int HistoryLimit = 50;

    /// <summary>
    /// One page of the id keyset: records of the window with an id above <paramref name="after"/>, by id. HubSpot's own <c>after</c> is
    /// never sent: offsets skip records when one leaves the window between two pages, and end at 10,000.
    /// </summary>
    public Task<Result<CrmAnswer>> SearchAsync(
        HubSpotScanType type, DateTimeOffset from, DateTimeOffset to, long after, int limit, CancellationToken token) =>
        SearchAsync(
            type.Name,
            [
                Filter(type.Modified, "GTE", HubSpotValues.Epoch(from)),
                Filter(type.Modified, "LTE", HubSpotValues.Epoch(to)),
                Filter("hs_object_id", "GT", after.ToString(CultureInfo.InvariantCulture)),
            ],
            type.Properties, limit, token);

    /// <summary>Records that have a value, as <see cref="SearchAsync(HubSpotScanType, DateTimeOffset, DateTimeOffset, long, int, CancellationToken)"/> gives them.</summary>
    public Task<Result<CrmAnswer>> SearchFilledAsync(
        HubSpotScanType type, string filled, (DateTimeOffset From, DateTimeOffset To)? window, long after, int limit, CancellationToken token)
    {
        JsonArray filters = [new JsonObject { ["propertyName"] = filled, ["operator"] = "HAS_PROPERTY" }];
        if (window is { } range)
        {
            filters.Add(Filter(type.Modified, "GTE", HubSpotValues.Epoch(range.From)));
            filters.Add(Filter(type.Modified, "LTE", HubSpotValues.Epoch(range.To)));
        }

        filters.Add(Filter("hs_object_id", "GT", after.ToString(CultureInfo.InvariantCulture)));
        return SearchAsync(type.Name, filters, type.Properties, limit, token);
    }

    /// <summary>Counts all records of a type: <c>total</c> of the answer.</summary>
    public Task<Result<CrmAnswer>> CountAsync(string type, CancellationToken token) =>
        SearchAsync(type, [Filter("hs_object_id", "GT", "0")], [], 1, token);

    /// <summary>One page of all records of a type, whatever their modified time; the only endpoint that gives archived ones.</summary>
    /// <param name="type">Name in paths.</param>
    /// <param name="properties">Properties to give.</param>
    /// <param name="linked">Types whose links are given along.</param>
    /// <param name="after">HubSpot's cursor, opaque; null for the first page.</param>
    /// <param name="limit">At most <see cref="ListLimit"/>.</param>
    /// <param name="archived">Archived records instead of live ones.</param>
    /// <param name="token">Stops the call.</param>
    public Task<Result<CrmAnswer>> ListAsync(
        string type, IEnumerable<string> properties, IReadOnlyList<string> linked, string? after, int limit, bool archived, CancellationToken token)
    {
        var query = $"limit={limit.ToString(CultureInfo.InvariantCulture)}&archived={(archived ? "true" : "false")}&properties={string.Join(',', properties)}";
        if (linked.Count > 0)
            query += $"&associations={string.Join(',', linked)}";
        if (after is not null)
            query += $"&after={Uri.EscapeDataString(after)}";
        return routes.SendAsync(version => CrmCall.Read(HttpMethod.Get, $"crm/objects/{version}/{type}?{query}", $"listing {type}"), token);
    }

    /// <summary>Records by id.</summary>
    /// <param name="type">Name in paths.</param>
    /// <param name="ids">At most <see cref="BatchLimit"/>, or <see cref="HistoryLimit"/> where histories are asked for.</param>
    /// <param name="properties">Properties to give.</param>
    /// <param name="histories">Properties to give with every value that they had.</param>
    /// <param name="token">Stops the call.</param>
    public Task<Result<CrmAnswer>> BatchReadAsync(
        string type, IReadOnlyList<string> ids, IReadOnlyList<string> properties, IReadOnlyList<string> histories, CancellationToken token) =>
        routes.SendAsync(
            version => CrmCall.Read(HttpMethod.Post, $"crm/objects/{version}/{type}/batch/read?archived=false", $"reading {type}", new JsonObject
            {
                ["inputs"] = HubSpotValues.Ids(ids),
                ["properties"] = HubSpotValues.Array(properties),
                ["propertiesWithHistory"] = HubSpotValues.Array(histories),
            }),
            token);

    /// <summary>Sets values; a blank one clears.</summary>
    public Task<Result<CrmAnswer>> BatchUpdateAsync(string type, IEnumerable<RecordWrite> writes, CancellationToken token)
    {
        var inputs = new JsonArray();
        foreach (var write in writes)
        {
            var properties = new JsonObject();
            foreach (var (name, value) in write.Values)
                properties[name] = SafeText.Clean(value ?? "");
            inputs.Add(new JsonObject { ["id"] = write.ExternalId, ["properties"] = properties });
        }

        var body = new JsonObject { ["inputs"] = inputs };
        return routes.SendAsync(
            version => CrmCall.Write(HttpMethod.Post, $"crm/objects/{version}/{type}/batch/update", $"writing {type}", body), token);
    }

    /// <summary>Creates a record and ties it to another one, in one request.</summary>
    /// <param name="type">Name in paths.</param>
    /// <param name="properties">Its values.</param>
    /// <param name="to">Id of the other record.</param>
    /// <param name="link">HubSpot's number of the kind of link.</param>
    /// <param name="token">Stops the call.</param>
    public Task<Result<CrmAnswer>> CreateAsync(string type, IReadOnlyDictionary<string, string> properties, string to, int link, CancellationToken token)
    {
        var values = new JsonObject();
        foreach (var (name, value) in properties)
            values[name] = SafeText.Clean(value);
        var body = new JsonObject
        {
            ["properties"] = values,
            ["associations"] = new JsonArray(new JsonObject
            {
                ["to"] = new JsonObject { ["id"] = to },
                ["types"] = new JsonArray(new JsonObject { ["associationCategory"] = "HUBSPOT_DEFINED", ["associationTypeId"] = link }),
            }),
        };
        return routes.SendAsync(version => CrmCall.Write(HttpMethod.Post, $"crm/objects/{version}/{type}", $"writing {type}", body), token);
    }

    /// <summary>Puts a record into the recycle bin; one that is there already is no failure.</summary>
    public Task<Result<CrmAnswer>> ArchiveAsync(string type, string id, CancellationToken token) => routes.SendAsync(
        version => new CrmCall(HttpMethod.Delete, $"crm/objects/{version}/{type}/{Uri.EscapeDataString(id)}", CallKind.Write, $"archiving {type}"), token);

    /// <summary>Links of up to 1,000 records to another type.</summary>
    /// <param name="from">Type of the records.</param>
    /// <param name="to">Type of the linked records.</param>
    /// <param name="inputs">Ids, each with the cursor of its next page where it has one.</param>
    /// <param name="token">Stops the call.</param>
    public Task<Result<CrmAnswer>> AssociationsAsync(
        string from, string to, IEnumerable<(string Id, string? After)> inputs, CancellationToken token)
    {
        var items = new JsonArray();
        foreach (var (id, after) in inputs)
            items.Add(after is null ? new JsonObject { ["id"] = id } : new JsonObject { ["id"] = id, ["after"] = after });
        var body = new JsonObject { ["inputs"] = items };
        return routes.SendAsync(
            version => CrmCall.Read(HttpMethod.Post, $"crm/associations/{version}/{from}/{to}/batch/read", $"reading {to} of {from}", body), token);
    }

    private Task<Result<CrmAnswer>> SearchAsync(
        string type, JsonArray filters, IReadOnlyList<string> properties, int limit, CancellationToken token)
    {
        var body = new JsonObject
        {
            ["filterGroups"] = new JsonArray(new JsonObject { ["filters"] = filters }),
            ["sorts"] = new JsonArray(new JsonObject { ["propertyName"] = "hs_object_id", ["direction"] = "ASCENDING" }),
            ["properties"] = HubSpotValues.Array(properties),
            ["limit"] = limit,
        };
        var size = body.ToJsonString().Length;
        return size <= SearchBodyLimit
            ? routes.SendAsync(
                version => CrmCall.Read(HttpMethod.Post, $"crm/objects/{version}/{type}/search", $"searching {type}", body) with { Bucket = QuotaBucket.Search },
                token)
            : throw new ArgumentException(
                $"The search of {type} takes {size} characters, but HubSpot takes {SearchBodyLimit}; ask for fewer properties.", nameof(properties));
    }

    private static JsonObject Filter(string property, string comparison, string value) =>
        new() { ["propertyName"] = property, ["operator"] = comparison, ["value"] = value };
}
