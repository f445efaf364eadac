using System.Globalization;
using CrmSync.Simulator.HubSpot.Faults;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>List, read, create, change and archive single records (fact sheet §2.3).</summary>
internal sealed class ObjectRoutes(
    Portal portal, RecordJson records, RecordWrites writes, MeanwhileFaults meanwhile, HubSpotSimulatorOptions options)
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
        var step = options.ListsNewestFirst ? -1 : 1;
        var after = call.QueryAfter(options.ListsNewestFirst ? long.MaxValue : 0);
        var start = rows.FirstAtOrAfter(after);
        // Going down, an id that is not there lies below the first one at or after it.
        if (step < 0 && (start == rows.Count || rows.Ids[start] > after))
            start--;
        bool Fits(int row) => rows.Records[row].Current is var version && version.ArchivedAt is not null == archived
            && !portal.IsPurged(version);

        var page = new List<int>(limit + 2);
        long? next = null;
        for (var i = start; i >= 0 && i < rows.Count; i += step)
        {
            if (!Fits(i))
                continue;
            if (page.Count == limit)
            {
                next = rows.Ids[i];
                break;
            }
            page.Add(i);
        }
        if (page.Count > 0 && call.Meets(DialCode.RowsTwice))
        {
            int? before = null;
            for (var i = start - step; i >= 0 && i < rows.Count && before is null; i -= step)
                before = Fits(i) ? i : null;
            var whole = page.ToArray();
            if (PageFaults.Repeat(page, before, limit) is > 0 and var over)
                next = rows.Ids[whole[^over]];
        }
        if (page.Count > 1 && call.Meets(DialCode.OtherOrder))
            PageFaults.Mix(page, start);
        call.Items(page.Count);
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var row in page)
                records.Write(json, rows.Records[row], rows.Records[row].Current, view);
            json.WriteEndArray();
            if (next is { } from)
                Paging.WriteNext(json, from,
                    $"{call.Context.Request.Scheme}://{call.Context.Request.Host}/crm/objects/{call.Version}/{type.Plural}?limit={limit}&after={from}");
            json.WriteEndObject();
        });
    }

    private Task GetAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireRead(call.Token, type);
        var view = ViewOf(call, type);
        var record = Find(call, type);
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
        // An association asks for the scopes of both its sides, also where a new record brings it along (fact sheet §1).
        foreach (var target in links.Select(link => link.To.Type).Distinct())
            Scopes.RequireWrite(call.Token, target);
        var record = portal.Create(type, wanted.Changes, call.Source);
        foreach (var (to, typeId) in links)
            portal.Associate(record, to, typeId, call.Source);
        call.Items(1);
        call.Context.Response.Headers.Location = $"/crm/objects/{call.Version}/{type.Plural}/{record.Id.ToString(CultureInfo.InvariantCulture)}";
        await call.AnswerAsync(201, json => records.Write(json, record, record.Current, WrittenView(type, wanted)));
    }

    private async Task UpdateAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        if (Find(call, type) is { } before)
            meanwhile.BeforeWrite(call, [before]);
        var record = Find(call, type) is { Current.ArchivedAt: null } live ? live : throw new ApiRefusal(ApiErrors.NoObject(call.Route("id")));
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
            portal.SetArchived(record, true, call.Source);
        }
        call.Items(1);
        return call.AnswerEmptyAsync();
    }

    /// <summary>What the answer to a write shows: the properties written, beside id and instants.</summary>
    internal RecordView WrittenView(HubSpotObjectType type, CheckedWrite written) => new(portal.Catalog(type), written.Names);

    private RecordView ViewOf(ApiCall call, HubSpotObjectType type)
    {
        var (properties, withHistory) = (call.QueryList("properties"), call.QueryList("propertiesWithHistory"));
        writes.RefuseUnknown(type, [.. properties, .. withHistory]);
        return new RecordView(portal.Catalog(type), properties, withHistory)
        {
            HidesText = Scopes.HidesText(call.Token, type),
            Associations = [.. call.QueryList("associations")
                .Select(n => HubSpotObjectType.Find(n) ?? throw new ApiRefusal(ApiErrors.NoObjectType(n)))],
        };
    }

    private CrmRecord? Find(ApiCall call, HubSpotObjectType type) => RecordLookup.Find(
        portal, type, call.Route("id"), RecordLookup.Identifier(portal.Catalog(type), call.Query("idProperty")));
}
