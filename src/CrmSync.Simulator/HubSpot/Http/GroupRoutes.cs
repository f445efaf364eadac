using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Property groups (fact sheet §6.1); they are per object type and must exist before a property names them.</summary>
internal sealed class GroupRoutes(Portal portal, HubSpotSimulatorOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", "/crm/properties/{version}/{type}/groups", ListAsync);
        ApiPipeline.Map(routes, "POST", "/crm/properties/{version}/{type}/groups", CreateAsync);
        ApiPipeline.Map(routes, "GET", "/crm/properties/{version}/{type}/groups/{name}", GetAsync);
        ApiPipeline.Map(routes, "DELETE", "/crm/properties/{version}/{type}/groups/{name}", ArchiveAsync);
    }

    private Task ListAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireSchemaRead(call.Token, type);
        var groups = portal.Catalog(type).ListGroups(call.QueryFlag("archived"));
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var group in groups)
                PropertyJson.Write(json, group);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Task GetAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireSchemaRead(call.Token, type);
        var group = portal.Catalog(type).FindGroup(call.Route("name")) ?? throw new ApiRefusal(ApiErrors.NoGroup(call.Route("name")));
        return call.AnswerAsync(200, json => PropertyJson.Write(json, group));
    }

    private async Task CreateAsync(ApiCall call)
    {
        var type = call.Type;
        PropertyRoutes.RequireWritable(call, type, options);
        using var body = await call.ReadAsync();
        var group = PropertyJson.ReadGroup(body.RootElement);
        if (portal.Catalog(type).FindGroup(group.Name) is not null)
            throw new ApiRefusal(ApiErrors.GroupExists(group.Name));
        portal.Catalog(type).Put(group);
        call.Items(1);
        await call.AnswerAsync(201, json => PropertyJson.Write(json, group));
    }

    private Task ArchiveAsync(ApiCall call)
    {
        var type = call.Type;
        PropertyRoutes.RequireWritable(call, type, options);
        var catalog = portal.Catalog(type);
        var group = catalog.FindGroup(call.Route("name")) ?? throw new ApiRefusal(ApiErrors.NoGroup(call.Route("name")));
        if (catalog.List(archived: false).Any(p => p.GroupName == group.Name))
            throw new ApiRefusal(ApiErrors.Invalid("Group still holds live properties: {\"subCategory\":\"PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES\"}", "GROUP_WITH_ACTIVE_PROPERTIES"));
        catalog.Put(group with { Archived = true });
        return call.AnswerEmptyAsync();
    }
}
