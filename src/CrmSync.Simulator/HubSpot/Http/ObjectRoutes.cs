using System.Globalization;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>List, read, create, change and archive single records (fact sheet §2.3).</summary>
internal sealed class ObjectRoutes(Portal portal, RecordJson records, RecordWrites writes)
{
    private const int LongestList = 100;
    private const int LongestListWithHistory = 50;

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", "/crm/objects/{version}/{type}", ListAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}", CreateAsync);
        ApiPipeline.Map(routes, "GET", "/crm/objects/{version}/{type}/{id}", GetAsync);
        ApiPipeline.Map(routes, "PATCH", "/crm/objects/{version}/{type}/{id}", UpdateAsync);
        ApiPipeline.Map(routes, "DELETE", "/crm/objects/{version}/{type}/{id}", ArchiveAsync);
    }

    private Task ListAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireRead(call.Token, type);
        var view = ViewOf(call, type);
        var limit = call.QueryLimit(10, view.WithHistory.Length > 0 ? LongestListWithHistory : LongestList);
        var archived = call.QueryFlag("archived");
        var rows = portal.Table(type).Rows;
        var page = new List<CrmRecord>(limit);
        long? next = null;
        for (var i = rows.FirstAtOrAfter(call.QueryAfter()); i < rows.Count; i++)
        {
            if (rows.Records[i].Current.ArchivedAt is not null != archived)
                continue;
            if (page.Count == limit)
            {
                next = rows.Ids[i];
                break;
            }
            page.Add(rows.Records[i]);
        }
        call.Items(page.Count);
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var record in page)
                records.Write(json, record, record.Current, view);
            json.WriteEndArray();
            if (next is { } after)
                Paging.WriteNext(json, after, $"{call.Context.Request.Scheme}://{call.Context.Request.Host}/crm/objects/{call.Version}/{type.Plural}?limit={limit}&after={after}");
            json.WriteEndObject();
        });
    }

    private Task GetAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireRead(call.Token, type);
        RefuseIdProperty(call);
        var view = ViewOf(call, type);
        var record = ApiCall.IdOf(call.Route("id")) is { } id ? portal.Table(type).Find(id) : null;
        var version = record?.Current;
        if (record is null || version is null || version.ArchivedAt is not null != call.QueryFlag("archived"))
            throw new ApiRefusal(ApiErrors.NoObject(call.Route("id")));
        call.Items(1);
        return call.AnswerAsync(200, json => records.Write(json, record, version, view));
    }

    private async Task CreateAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        using var body = await call.ReadAsync();
        var wanted = writes.CheckCreate(call, type, body.RootElement);
        if (wanted.Error is not null)
            throw new ApiRefusal(wanted.Error);
        var links = writes.Links(type, body.RootElement);
        var record = portal.Create(type, wanted.Changes, call.Source);
        foreach (var (to, typeId) in links)
            portal.Associate(record, to, typeId);
        call.Items(1);
        call.Context.Response.Headers.Location = $"/crm/objects/{call.Version}/{type.Plural}/{record.Id.ToString(CultureInfo.InvariantCulture)}";
        await call.AnswerAsync(201, json => records.Write(json, record, record.Current, WrittenView(type, wanted)));
    }

    private async Task UpdateAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        RefuseIdProperty(call);
        var record = FindLive(call, type);
        using var body = await call.ReadAsync();
        writes.RefuseLocked(record);
        var wanted = writes.CheckUpdate(call, record, body.RootElement);
        if (wanted.Error is not null)
            throw new ApiRefusal(wanted.Error);
        portal.Update(record, wanted.Changes, call.Source);
        call.Items(1);
        await call.AnswerAsync(200, json => records.Write(json, record, record.Current, WrittenView(type, wanted)));
    }

    private Task ArchiveAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        // Archiving what is gone already is no error: the call may be repeated.
        if (ApiCall.IdOf(call.Route("id")) is { } id && portal.Live(type, id) is { } record)
        {
            writes.RefuseLocked(record);
            portal.SetArchived(record, true);
        }
        call.Items(1);
        return call.AnswerEmptyAsync();
    }

    /// <summary>What the answer to a write shows: the properties written, beside id and instants.</summary>
    internal RecordView WrittenView(HubSpotObjectType type, CheckedWrite written) => new(portal.Catalog(type), written.Names);

    private RecordView ViewOf(ApiCall call, HubSpotObjectType type) =>
        new(portal.Catalog(type), call.QueryList("properties"), call.QueryList("propertiesWithHistory"))
        {
            Associations = [.. call.QueryList("associations").Select(n => HubSpotObjectType.Find(n) ?? throw new ApiRefusal(ApiErrors.NoObjectType(n)))],
        };

    private CrmRecord FindLive(ApiCall call, HubSpotObjectType type) =>
        ApiCall.IdOf(call.Route("id")) is { } id && portal.Live(type, id) is { } record ? record : throw new ApiRefusal(ApiErrors.NoObject(call.Route("id")));

    private static void RefuseIdProperty(ApiCall call)
    {
        if (call.Query("idProperty") is { Length: > 0 } name)
            throw new ApiRefusal(ApiErrors.Invalid($"The provided ID property \"{name}\" is a non-unique property.", "INVALID_ID_PROPERTY"));
    }
}
