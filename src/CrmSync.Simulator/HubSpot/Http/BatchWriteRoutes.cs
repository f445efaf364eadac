using System.Text.Json;
using CrmSync.Simulator.HubSpot.Faults;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Batch update, create and upsert of records (fact sheet §4): everything is checked before anything is written.</summary>
internal sealed class BatchWriteRoutes(
    Portal portal, RecordJson records, RecordWrites writes, BatchAnswer answers, MeanwhileFaults meanwhile, HubSpotSimulatorOptions options)
{
    private sealed record Planned(
        CrmRecord? Record, CheckedWrite Wanted, List<(CrmRecord To, int TypeId)> Links, string? TraceId, bool? IsNew);

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/update", UpdateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/create", CreateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/upsert", UpsertAsync);
    }

    private async Task UpdateAsync(ApiCall call)
    {
        var (type, body) = await BeginAsync(call);
        using var read = body;
        var inputs = ApiCall.Inputs(body.RootElement, BatchRoutes.Most);
        RefuseDuplicates(inputs);
        var rows = inputs.Select(i => (Input: i, Id: ApiCall.Text(i, "id") ?? "",
            Identifier: RecordLookup.Identifier(portal.Catalog(type), ApiCall.Text(i, "idProperty")))).ToList();
        CrmRecord? Live(string id, PropertyDefinition? identifier) =>
            RecordLookup.Find(portal, type, id, identifier) is { Current.ArchivedAt: null } live ? live : null;
        meanwhile.BeforeWrite(call, [.. rows.Select(r => Live(r.Id, r.Identifier)).OfType<CrmRecord>()]);

        var errors = new List<ApiError>();
        var missing = new List<string>();
        var planned = new List<Planned>();
        foreach (var (input, id, identifier) in rows)
        {
            if (Live(id, identifier) is not { } record)
            {
                missing.Add(id);
                continue;
            }
            writes.RefuseLocked(record);
            Plan(planned, errors, record, writes.CheckUpdate(call, record, input), [], input, null, id);
        }
        if (missing.Count > 0)
            errors.Add(ApiErrors.SomeObjectsMissing(type, missing));
        await WriteAsync(call, type, 200, planned, errors, inputs);
    }

    private async Task CreateAsync(ApiCall call)
    {
        var (type, body) = await BeginAsync(call);
        using var read = body;
        var inputs = ApiCall.Inputs(body.RootElement, BatchRoutes.Most);
        var errors = new List<ApiError>();
        var planned = new List<Planned>();
        foreach (var input in inputs)
        {
            var wanted = writes.CheckCreate(call, type, input);
            Plan(planned, errors, null, wanted, wanted.Error is null ? writes.Links(type, input) : [], input, null, null);
        }
        await WriteAsync(call, type, 201, planned, errors, inputs);
    }

    private async Task UpsertAsync(ApiCall call)
    {
        var (type, body) = await BeginAsync(call);
        using var read = body;
        var inputs = ApiCall.Inputs(body.RootElement, BatchRoutes.Most);
        RefuseDuplicates(inputs);
        var errors = new List<ApiError>();
        var planned = new List<Planned>();
        foreach (var input in inputs)
        {
            var identifier = RecordLookup.Identifier(portal.Catalog(type), ApiCall.Text(input, "idProperty"))
                ?? throw new ApiRefusal(ApiErrors.Invalid("An upsert input lacks its idProperty.", "REQUIRED_FIELD"));
            var id = ApiCall.Text(input, "id") ?? throw new ApiRefusal(ApiErrors.Invalid("An upsert input lacks its id.", "REQUIRED_FIELD"));
            var record = RecordLookup.Find(portal, type, id, identifier) is { Current.ArchivedAt: null } live ? live : null;
            if (record is not null)
                writes.RefuseLocked(record);
            var wanted = record is not null ? writes.CheckUpdate(call, record, input)
                : writes.CheckCreate(call, type, input, new PropertyChange(identifier.Ordinal, id));
            Plan(planned, errors, record, wanted, [], input, record is null, id);
        }
        await WriteAsync(call, type, 200, planned, errors, inputs);
    }

    private static async Task<(HubSpotObjectType Type, JsonDocument Body)> BeginAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        return (type, await call.ReadAsync());
    }

    private void Plan(List<Planned> planned, List<ApiError> errors, CrmRecord? record, CheckedWrite wanted,
        List<(CrmRecord To, int TypeId)> links, JsonElement input, bool? isNew, string? id)
    {
        var trace = ApiCall.Text(input, "objectWriteTraceId");
        if (wanted.Error is null)
        {
            planned.Add(new Planned(record, wanted, links, trace, isNew));
            return;
        }
        var error = id is null ? wanted.Error : wanted.Error.WithContext("ids", id);
        error = trace is null ? error : error.WithContext("objectWriteTraceId", trace);
        if (options.BadValueInBatch == BadValueInBatch.FailsWholeCall)
            throw new ApiRefusal(error);
        errors.Add(error);
    }

    private Task WriteAsync(
        ApiCall call, HubSpotObjectType type, int allDone, List<Planned> planned, List<ApiError> errors, JsonElement[] inputs)
    {
        call.Items(inputs.Length);
        RejectWhole(call, planned);
        if (planned.Count > 0 && call.Turned(DialCode.RowsFail) is { } setting && call.Meets(DialCode.RowsFail))
            FailSome(planned, errors, setting.Target ?? "CONFLICT");

        var done = new List<BatchedRecord>(planned.Count);
        foreach (var one in planned)
        {
            var record = one.Record;
            if (record is null)
                record = portal.Create(type, one.Wanted.Changes, call.Source);
            else
                portal.Update(record, one.Wanted.Changes, call.Source);
            foreach (var (to, typeId) in one.Links)
                portal.Associate(record, to, typeId, call.Source);
            var view = new RecordView(portal.Catalog(type), one.Wanted.Names);
            if (!done.Exists(d => d.Record == record))
                done.Add(new BatchedRecord(record, view, one.TraceId, one.IsNew));
        }
        return answers.WriteRecordsAsync(call, allDone, records, done, errors);
    }

    private static void RejectWhole(ApiCall call, List<Planned> planned)
    {
        if (call.Turned(DialCode.BatchRejected) is not { } setting)
            return;
        var bad = setting.Target is { } target ? planned.Find(p => p.Record is not null && ApiCall.IdOf(target) == p.Record.Id)
            : planned.Count > 1 ? planned[planned.Count / 2] : null;
        if (bad is null || !call.Meets(DialCode.BatchRejected))
            return;
        var property = bad.Wanted.Names.FirstOrDefault() ?? "hs_object_id";
        throw new ApiRefusal(ApiErrors.InvalidProperties(
            [new InvalidValue(property, "INVALID_OPTION", "The value was not one of the allowed options: []")]));
    }

    private static void FailSome(List<Planned> planned, List<ApiError> errors, string category)
    {
        for (var i = planned.Count - 1; i >= 0; i--)
        {
            if (i % 3 != 0)
                continue;
            var error = ApiErrors.RowFailed(category, planned[i].Record is { } record ? $"{record.Id}" : "");
            errors.Add(planned[i].TraceId is { } trace ? error.WithContext("objectWriteTraceId", trace) : error);
            planned.RemoveAt(i);
        }
    }

    private void RefuseDuplicates(JsonElement[] inputs)
    {
        if (options.DuplicateIdsInBatch == DuplicateIdsInBatch.LastWins)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            var id = ApiCall.Text(input, "id") ?? "";
            if (!seen.Add(id))
                throw new ApiRefusal(ApiErrors.Invalid($"Duplicate IDs found in batch input: [{id}]. IDs must be unique", "DUPLICATE_ID"));
        }
    }
}
