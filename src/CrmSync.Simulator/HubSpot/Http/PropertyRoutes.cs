using System.Text.Json;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Property definitions (fact sheet §6.1, §6.3).</summary>
internal sealed class PropertyRoutes(Portal portal, BatchAnswer answers, HubSpotSimulatorOptions options)
{
    private const int MostInputs = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", "/crm/properties/{version}/{type}", ListAsync);
        ApiPipeline.Map(routes, "POST", "/crm/properties/{version}/{type}", CreateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/properties/{version}/{type}/batch/create", BatchCreateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/properties/{version}/{type}/batch/read", BatchReadAsync);
        ApiPipeline.Map(routes, "POST", "/crm/properties/{version}/{type}/batch/archive", BatchArchiveAsync);
        ApiPipeline.Map(routes, "GET", "/crm/properties/{version}/{type}/{name}", GetAsync);
        ApiPipeline.Map(routes, "PATCH", "/crm/properties/{version}/{type}/{name}", ChangeAsync);
        ApiPipeline.Map(routes, "DELETE", "/crm/properties/{version}/{type}/{name}", ArchiveAsync);
    }

    /// <summary>Lets a write of definitions through, or refuses it as the type's switch says.</summary>
    public static void RequireWritable(ApiCall call, HubSpotObjectType type, HubSpotSimulatorOptions options)
    {
        Scopes.RequireSchemaWrite(call.Token, type);
        switch (options.PermissionOf(type))
        {
            case PropertyPermission.Deny403:
                throw new ApiRefusal(ApiErrors.MissingScopes(Scopes.SchemaScope(type, "write")));
            case PropertyPermission.Deny400:
                throw new ApiRefusal(ApiErrors.NoCustomProperties(type));
            case PropertyPermission.Allow:
                break;
        }
    }

    private Task ListAsync(ApiCall call)
    {
        var catalog = ReadableCatalog(call);
        var list = catalog.List(call.QueryFlag("archived"));
        call.Items(list.Count);
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var property in list)
                PropertyJson.Write(json, property);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Task GetAsync(ApiCall call)
    {
        var catalog = ReadableCatalog(call);
        var property = catalog.FindAny(call.Route("name"));
        if (property is null || property.Archived != call.QueryFlag("archived"))
            throw new ApiRefusal(ApiErrors.NoProperty(catalog.Type, call.Route("name")));
        return call.AnswerAsync(200, json => PropertyJson.Write(json, property));
    }

    private async Task CreateAsync(ApiCall call)
    {
        var catalog = WritableCatalog(call);
        using var body = await call.ReadAsync();
        var wanted = PropertyJson.Read(body.RootElement, catalog, OrderRequired(call), options, portal.Now);
        RefuseBeyondLimit(catalog, 1);
        var added = catalog.Add(wanted) ?? throw new ApiRefusal(ApiErrors.PropertyExists(wanted.Name));
        call.Items(1);
        call.Context.Response.Headers.Location = $"/crm/properties/{call.Version}/{catalog.Type.Plural}/{added.Name}";
        await call.AnswerAsync(201, json => PropertyJson.Write(json, added));
    }

    private async Task BatchCreateAsync(ApiCall call)
    {
        var catalog = WritableCatalog(call);
        using var body = await call.ReadAsync();
        var wanted = ApiCall.Inputs(body.RootElement, MostInputs)
            .Select(i => PropertyJson.Read(i, catalog, OrderRequired(call), options, portal.Now)).ToList();
        call.Items(wanted.Count);
        RefuseBeyondLimit(catalog, wanted.Count);
        var errors = new List<ApiError>();
        var added = new List<PropertyDefinition>();
        foreach (var one in wanted)
        {
            if (catalog.Add(one) is { } property)
                added.Add(property);
            else
                errors.Add(ApiErrors.PropertyExists(one.Name).WithContext("name", one.Name));
        }
        await AnswerAsync(call, 201, added, errors);
    }

    private async Task BatchReadAsync(ApiCall call)
    {
        var catalog = ReadableCatalog(call);
        using var body = await call.ReadAsync();
        var names = ApiCall.Inputs(body.RootElement, MostInputs).Select(i => ApiCall.Text(i, "name") ?? "").ToList();
        call.Items(names.Count);
        var archived = body.RootElement.TryGetProperty("archived", out var flag) && flag.ValueKind == JsonValueKind.True;
        var found = names.Select(catalog.FindAny).Where(p => p is not null && p.Archived == archived).Select(p => p!).ToList();
        var errors = names.Where(n => !found.Exists(p => p.Name == n)).Select(n => ApiErrors.NoProperty(catalog.Type, n)).ToList();
        await AnswerAsync(call, 200, found, errors);
    }

    private async Task ChangeAsync(ApiCall call)
    {
        var catalog = WritableCatalog(call);
        using var body = await call.ReadAsync();
        var name = call.Route("name");
        if (catalog.Find(name) is { HubSpotDefined: true })
            throw new ApiRefusal(
                ApiErrors.Invalid($"Property {name} is defined by HubSpot and cannot be changed.", "READ_ONLY_DEFINITION"));
        var changed = catalog.Change(name, p => PropertyJson.Apply(body.RootElement, p, catalog, OrderRequired(call), portal.Now))
            ?? throw new ApiRefusal(ApiErrors.NoProperty(catalog.Type, name));
        call.Items(1);
        await call.AnswerAsync(200, json => PropertyJson.Write(json, changed));
    }

    private Task ArchiveAsync(ApiCall call)
    {
        var catalog = WritableCatalog(call);
        var name = call.Route("name");
        RefuseOwn(catalog, name);
        if (catalog.Change(name, Archived) is null)
            throw new ApiRefusal(ApiErrors.NoProperty(catalog.Type, name));
        call.Items(1);
        return call.AnswerEmptyAsync();
    }

    private async Task BatchArchiveAsync(ApiCall call)
    {
        var catalog = WritableCatalog(call);
        using var body = await call.ReadAsync();
        var names = ApiCall.Inputs(body.RootElement, MostInputs).Select(i => ApiCall.Text(i, "name") ?? "").ToList();
        call.Items(names.Count);
        names.ForEach(name => RefuseOwn(catalog, name));
        names.ForEach(name => catalog.Change(name, Archived));
        await call.AnswerEmptyAsync();
    }

    private PropertyDefinition Archived(PropertyDefinition property) => property with { Archived = true, ArchivedAt = portal.Now };

    private void RefuseBeyondLimit(PropertyCatalog catalog, int more)
    {
        if (catalog.List(archived: false).Count(p => !p.HubSpotDefined) + more > options.CustomPropertiesPerType)
            throw new ApiRefusal(ApiErrors.Invalid(
                $"Object type {catalog.Type.TypeId} takes at most {options.CustomPropertiesPerType} custom properties.",
                "PROPERTY_LIMIT_REACHED"));
    }

    private void RefuseOwn(PropertyCatalog catalog, string name)
    {
        if (options.PropertiesInUse.Contains($"{catalog.Type.Plural}/{name}"))
            throw new ApiRefusal(ApiErrors.PropertyInUse(name));
        if (catalog.Find(name) is { HubSpotDefined: true })
            throw new ApiRefusal(
                ApiErrors.Invalid($"Property {name} is defined by HubSpot and cannot be deleted.", "READ_ONLY_DEFINITION"));
    }

    private Task AnswerAsync(ApiCall call, int allDone, List<PropertyDefinition> properties, List<ApiError> errors) =>
        answers.WriteAsync(call, allDone, errors, json =>
    {
        foreach (var property in properties)
            PropertyJson.Write(json, property);
    });

    private PropertyCatalog ReadableCatalog(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireSchemaRead(call.Token, type);
        return portal.Catalog(type);
    }

    private PropertyCatalog WritableCatalog(ApiCall call)
    {
        var type = call.Type;
        RequireWritable(call, type, options);
        return portal.Catalog(type);
    }

    // The dated versions want displayOrder on every option; v3 does without.
    private static bool OrderRequired(ApiCall call) => call.Version.StartsWith("20", StringComparison.Ordinal);
}
