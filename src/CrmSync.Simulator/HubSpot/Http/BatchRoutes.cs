using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>A record that a batch read or wrote, and what its answer shows of it.</summary>
internal sealed record BatchedRecord(CrmRecord Record, RecordView View, string? TraceId = null, bool? IsNew = null);

/// <summary>Batch read and archive of records (fact sheet §4).</summary>
internal sealed class BatchRoutes(
    Portal portal, RecordJson records, RecordWrites writes, BatchAnswer answers, HubSpotSimulatorOptions options)
{
    public const int Most = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/read", ReadAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/archive", ArchiveAsync);
    }

    private async Task ReadAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireRead(call.Token, type);
        using var body = await call.ReadAsync();
        var identifier = RecordLookup.Identifier(portal.Catalog(type), ApiCall.Text(body.RootElement, "idProperty"));
        var properties = ApiCall.Names(body.RootElement, "properties");
        var withHistory = ApiCall.Names(body.RootElement, "propertiesWithHistory");
        writes.RefuseUnknown(type, [.. properties, .. withHistory]);
        var view = new RecordView(portal.Catalog(type), properties, withHistory) { HidesText = Scopes.HidesText(call.Token, type) };
        var inputs = ApiCall.Inputs(body.RootElement, view.WithHistory.Length > 0 ? options.BatchReadWithHistoryLimit : Most);
        call.Items(inputs.Length);

        var archived = call.QueryFlag("archived");
        var found = new List<BatchedRecord>(inputs.Length);
        var missing = new List<string>();
        foreach (var id in inputs.Select(i => ApiCall.Text(i, "id") ?? "").Distinct(StringComparer.Ordinal))
        {
            var record = RecordLookup.Find(portal, type, id, identifier);
            if (record is null || record.Current.ArchivedAt is not null != archived)
                missing.Add(id);
            else if (!found.Exists(f => f.Record == record))
                found.Add(new BatchedRecord(record, view));
        }
        await answers.WriteRecordsAsync(call, 200, records, found, missing.Count > 0 ? [ApiErrors.SomeObjectsMissing(type, missing)] : []);
    }

    private async Task ArchiveAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        using var body = await call.ReadAsync();
        var inputs = ApiCall.Inputs(body.RootElement, Most);
        call.Items(inputs.Length);
        foreach (var input in inputs)
        {
            if (ApiCall.IdOf(ApiCall.Text(input, "id")) is { } id && portal.Live(type, id) is { } record)
                portal.SetArchived(record, true, call.Source);
        }
        await call.AnswerEmptyAsync();
    }
}
