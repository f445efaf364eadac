using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>The endpoints of HubSpot that we use, one method each. Thread-safe.</summary>
internal sealed class HubSpotClient(CrmTransport transport, string version)
{
    /// <summary>Most rows of a search page (HubSpot's search guide).</summary>
    public const int SearchLimit = 200;

    /// <summary>Most records of a batch read or update.</summary>
    public const int BatchLimit = 100;

    /// <summary>Most inputs of an associations read (changelog of 2025-02).</summary>
    public const int AssociationLimit = 1_000;

    /// <summary>Most characters of a search body (HubSpot's search guide).</summary>
    public const int SearchBodyLimit = 3_000;

    /// <summary>
    /// One page of the id keyset: records of the window with an id above <paramref name="after"/>, by id. HubSpot's own <c>after</c> is
    /// never sent: offsets skip records when one leaves the window between two pages, and end at 10,000.
    /// </summary>
    public Task<Result<CrmAnswer>> SearchAsync(
        string type, DateTimeOffset from, DateTimeOffset to, long after, IReadOnlyList<string> properties, int limit, CancellationToken token)
    {
        var body = new JsonObject
        {
            ["filterGroups"] = new JsonArray(new JsonObject
            {
                ["filters"] = new JsonArray(
                    Filter("hs_lastmodifieddate", "GTE", HubSpotValues.Epoch(from)),
                    Filter("hs_lastmodifieddate", "LTE", HubSpotValues.Epoch(to)),
                    Filter("hs_object_id", "GT", after.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            }),
            ["sorts"] = new JsonArray(new JsonObject { ["propertyName"] = "hs_object_id", ["direction"] = "ASCENDING" }),
            ["properties"] = HubSpotValues.Array(properties),
            ["limit"] = limit,
        };
        var call = CrmCall.Read(HttpMethod.Post, $"crm/objects/{version}/{type}/search", $"searching {type}", body) with
        {
            Bucket = QuotaBucket.Search,
        };
        if (call.Body!.Length > SearchBodyLimit)
            throw new ArgumentException($"The search of {type} takes {call.Body.Length} characters, but HubSpot takes {SearchBodyLimit}; ask for fewer properties.", nameof(properties));
        return transport.SendAsync(call, token);
    }

    /// <summary>Records by id.</summary>
    public Task<Result<CrmAnswer>> BatchReadAsync(string type, IEnumerable<string> ids, IEnumerable<string> properties, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Read(HttpMethod.Post, $"crm/objects/{version}/{type}/batch/read?archived=false", $"reading {type}", new JsonObject
            {
                ["inputs"] = HubSpotValues.Ids(ids),
                ["properties"] = HubSpotValues.Array(properties),
                ["propertiesWithHistory"] = new JsonArray(),
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

        return transport.SendAsync(
            CrmCall.Write(HttpMethod.Post, $"crm/objects/{version}/{type}/batch/update", $"writing {type}", new JsonObject { ["inputs"] = inputs }),
            token);
    }

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
        return transport.SendAsync(
            CrmCall.Read(HttpMethod.Post, $"crm/associations/{version}/{from}/{to}/batch/read", $"reading {to} of {from}",
                new JsonObject { ["inputs"] = items }),
            token);
    }

    /// <summary>All property definitions of a type.</summary>
    public Task<Result<CrmAnswer>> PropertiesAsync(string type, CancellationToken token) =>
        transport.SendAsync(CrmCall.Read(HttpMethod.Get, $"crm/properties/{version}/{type}", $"reading properties of {type}"), token);

    /// <summary>One property definition.</summary>
    public Task<Result<CrmAnswer>> PropertyAsync(string type, string name, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Read(HttpMethod.Get, $"crm/properties/{version}/{type}/{Uri.EscapeDataString(name)}", $"reading property {type}.{name}"), token);

    /// <summary>Creates a property.</summary>
    public Task<Result<CrmAnswer>> CreatePropertyAsync(string type, JsonObject definition, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Write(HttpMethod.Post, $"crm/properties/{version}/{type}", $"creating property {type}.{definition["name"]}", definition), token);

    /// <summary>Replaces the options of a property: whatever is left out of the list is removed by HubSpot.</summary>
    public Task<Result<CrmAnswer>> ReplaceOptionsAsync(string type, string name, JsonArray options, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Write(HttpMethod.Patch, $"crm/properties/{version}/{type}/{Uri.EscapeDataString(name)}", $"changing property {type}.{name}",
                new JsonObject { ["options"] = options }),
            token);

    /// <summary>The property groups of a type.</summary>
    public Task<Result<CrmAnswer>> GroupsAsync(string type, CancellationToken token) =>
        transport.SendAsync(CrmCall.Read(HttpMethod.Get, $"crm/properties/{version}/{type}/groups", $"reading property groups of {type}"), token);

    /// <summary>Creates a property group.</summary>
    public Task<Result<CrmAnswer>> CreateGroupAsync(string type, string name, string label, CancellationToken token) =>
        transport.SendAsync(
            CrmCall.Write(HttpMethod.Post, $"crm/properties/{version}/{type}/groups", $"creating property group {type}.{name}",
                new JsonObject { ["name"] = name, ["label"] = label, ["displayOrder"] = -1 }),
            token);

    /// <summary>Account id, zone and kind.</summary>
    public Task<Result<CrmAnswer>> AccountAsync(CancellationToken token) =>
        transport.SendAsync(CrmCall.Read(HttpMethod.Get, $"account-info/{version}/details", "reading account details"), token);

    private static JsonObject Filter(string property, string comparison, string value) =>
        new() { ["propertyName"] = property, ["operator"] = comparison, ["value"] = value };
}
