using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.HubSpot.Search;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Search (fact sheet §3).</summary>
internal sealed class SearchRoutes(Portal portal, RecordJson records, SearchRunner runner)
{
    public void Map(IEndpointRouteBuilder routes) => ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/search", SearchAsync);

    private async Task SearchAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireRead(call.Token, type);
        var body = await RequestBody.ReadAsync(call.Context);
        using var document = ApiCall.Parse(body);
        var query = SearchQuery.Read(body, document.RootElement, portal.Catalog(type));
        var found = runner.Run(type, query);
        var view = new RecordView(portal.Catalog(type), query.Properties);
        call.Items(found.Page.Count);
        await call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", found.Total);
            json.WriteStartArray("results");
            foreach (var (record, version) in found.Page)
                records.Write(json, record, version, view);
            json.WriteEndArray();
            if (found.Page.Count > 0 && query.Offset + found.Page.Count < found.Total)
                Paging.WriteNext(json, query.Offset + found.Page.Count);
            json.WriteEndObject();
        });
    }
}
