using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>The endpoints of what is defined beside records: properties, groups, pipelines, owners, the account. Thread-safe.</summary>
internal sealed class HubSpotSchemaClient(HubSpotRoutes routes)
{
    /// <summary>All property definitions of a type.</summary>
    public Task<Result<CrmAnswer>> PropertiesAsync(string type, CancellationToken token) =>
        routes.SendAsync(version => CrmCall.Read(HttpMethod.Get, $"crm/properties/{version}/{type}", $"reading properties of {type}"), token);

    /// <summary>One property definition.</summary>
    public Task<Result<CrmAnswer>> PropertyAsync(string type, string name, CancellationToken token) =>
        routes.SendAsync(
            version => CrmCall.Read(HttpMethod.Get, $"crm/properties/{version}/{type}/{Uri.EscapeDataString(name)}", $"reading property {type}.{name}"), token);

    /// <summary>Creates a property.</summary>
    public Task<Result<CrmAnswer>> CreatePropertyAsync(string type, JsonObject definition, CancellationToken token) =>
        routes.SendAsync(
            version => CrmCall.Write(HttpMethod.Post, $"crm/properties/{version}/{type}", $"creating property {type}.{definition["name"]}", definition), token);

    /// <summary>Changes parts of a definition. Where options are among them, whatever is left out of their list is removed by HubSpot.</summary>
    public Task<Result<CrmAnswer>> ChangePropertyAsync(string type, string name, JsonObject changes, CancellationToken token) =>
        routes.SendAsync(
            version => CrmCall.Write(
                HttpMethod.Patch, $"crm/properties/{version}/{type}/{Uri.EscapeDataString(name)}", $"changing property {type}.{name}", changes),
            token);

    /// <summary>Archives a property, with the values in it.</summary>
    public Task<Result<CrmAnswer>> RemovePropertyAsync(string type, string name, CancellationToken token) =>
        routes.SendAsync(
            version => new CrmCall(
                HttpMethod.Delete, $"crm/properties/{version}/{type}/{Uri.EscapeDataString(name)}", CallKind.Write, $"removing property {type}.{name}"),
            token);

    /// <summary>The property groups of a type.</summary>
    public Task<Result<CrmAnswer>> GroupsAsync(string type, CancellationToken token) =>
        routes.SendAsync(version => CrmCall.Read(HttpMethod.Get, $"crm/properties/{version}/{type}/groups", $"reading property groups of {type}"), token);

    /// <summary>Creates a property group.</summary>
    public Task<Result<CrmAnswer>> CreateGroupAsync(string type, string name, string label, CancellationToken token) =>
        routes.SendAsync(
            version => CrmCall.Write(HttpMethod.Post, $"crm/properties/{version}/{type}/groups", $"creating property group {type}.{name}",
                new JsonObject { ["name"] = name, ["label"] = label, ["displayOrder"] = -1 }),
            token);

    /// <summary>Removes an empty property group.</summary>
    public Task<Result<CrmAnswer>> RemoveGroupAsync(string type, string name, CancellationToken token) =>
        routes.SendAsync(
            version => new CrmCall(
                HttpMethod.Delete, $"crm/properties/{version}/{type}/groups/{Uri.EscapeDataString(name)}", CallKind.Write,
                $"removing property group {type}.{name}"),
            token);

    /// <summary>A page of owners.</summary>
    public Task<Result<CrmAnswer>> OwnersAsync(bool archived, string? after, CancellationToken token) =>
        routes.SendAsync(
            version => CrmCall.Read(
                HttpMethod.Get,
                $"crm/owners/{version}?limit=100&archived={(archived ? "true" : "false")}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}",
                "reading owners"),
            token);

    /// <summary>The pipelines of deals with their stages.</summary>
    public Task<Result<CrmAnswer>> PipelinesAsync(CancellationToken token) =>
        routes.SendAsync(version => CrmCall.Read(HttpMethod.Get, $"crm/pipelines/{version}/deals", "reading deal pipelines"), token);

    /// <summary>Account id, zone and kind, asked with a given token.</summary>
    public Task<Result<CrmAnswer>> AccountWithAsync(AccessToken access, CancellationToken token) => routes.SendWithAsync(Account, access, token);

    /// <summary>Account id, zone and kind.</summary>
    public Task<Result<CrmAnswer>> AccountAsync(CancellationToken token) => routes.SendAsync(Account, token);

    private static CrmCall Account(string version) => CrmCall.Read(HttpMethod.Get, $"account-info/{version}/details", "reading account details");
}
