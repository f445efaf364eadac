using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Faults;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.HubSpot.Search;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Search (fact sheet §3).</summary>
internal sealed class SearchRoutes(
    Portal portal, RecordJson records, RecordWrites writes, SearchRunner runner, HubSpotSimulatorOptions options)
{
    public void Map(IEndpointRouteBuilder routes) => ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/search", SearchAsync);

    private async Task SearchAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireRead(call.Token, type);
        var body = await RequestBody.ReadAsync(call.Context);
        using var document = ApiCall.Parse(body);
        var query = SearchQuery.Read(body, document.RootElement, portal.Catalog(type), options.SearchTakesIsoInstants);
        writes.RefuseUnknown(type, query.Properties);
        var found = runner.Run(type, query);
        var seen = found.Page.Count - Disturb(call, type, query, found.Page);
        var view = new RecordView(portal.Catalog(type), query.Properties) { HidesText = Scopes.HidesText(call.Token, type) };
        call.Items(found.Page.Count);
        await call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("total", found.Total);
            json.WriteStartArray("results");
            foreach (var (record, version) in found.Page)
                records.Write(json, record, version, view);
            json.WriteEndArray();
            if (seen > 0 && query.Offset + seen < found.Total)
                Paging.WriteNext(json, query.Offset + seen);
            json.WriteEndObject();
        });
    }

    /// <summary>Lets a page meet its faults.</summary>
    /// <returns>How many of the page's own rows are left for the next page.</returns>
    private int Disturb(ApiCall call, HubSpotObjectType type, SearchQuery query, List<(CrmRecord Record, RecordVersion Version)> page)
    {
        var over = 0;
        if (page.Count == 0)
            return 0;
        if (call.Meets(DialCode.RowsTwice))
        {
            (CrmRecord, RecordVersion)? before = query.Offset > 0
                ? runner.Run(type, query with { Offset = query.Offset - 1, Limit = 1 }).Page[0] : null;
            over += PageFaults.Repeat(page, before, query.Limit);
        }
        if (call.Turned(DialCode.RowsOutside) is not null && runner.Outsider(type, query, page) is { } foreign
            && call.Meets(DialCode.RowsOutside))
        {
            var at = page.FindIndex(row => row.Record.Id > foreign.Record.Id);
            over += PageFaults.Insert(page, foreign, at < 0 ? page.Count : at, query.Limit);
        }
        if (page.Count > 1 && call.Meets(DialCode.OtherOrder))
            PageFaults.Mix(page, page[0].Record.Id);
        return over;
    }
}
