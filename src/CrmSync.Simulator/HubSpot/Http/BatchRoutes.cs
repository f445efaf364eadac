using System.Text.Json;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Batch read, update, create and archive of records (fact sheet §4).</summary>
internal sealed class BatchRoutes(Portal portal, RecordJson records, RecordWrites writes, ObjectRoutes objects, BatchAnswer answers, HubSpotSimulatorOptions options)
{
    private const int Most = 100;
    private const int MostWithHistory = 50;

    private sealed record Done(CrmRecord Record, RecordView View, string? TraceId);

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/read", ReadAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/update", UpdateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/create", CreateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/objects/{version}/{type}/batch/archive", ArchiveAsync);
    }

    private async Task ReadAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireRead(call.Token, type);
        using var body = await call.ReadAsync();
        RefuseIdProperty(body.RootElement);
        var view = new RecordView(portal.Catalog(type), ApiCall.Names(body.RootElement, "properties"), ApiCall.Names(body.RootElement, "propertiesWithHistory"));
        var inputs = ApiCall.Inputs(body.RootElement, view.WithHistory.Length > 0 ? MostWithHistory : Most);
        call.Items(inputs.Length);

        var archived = call.QueryFlag("archived");
        var found = new List<Done>(inputs.Length);
        var missing = new List<string>();
        foreach (var id in inputs.Select(i => ApiCall.Text(i, "id") ?? "").Distinct(StringComparer.Ordinal))
        {
            var record = ApiCall.IdOf(id) is { } number ? portal.Table(type).Find(number) : null;
            if (record is not null && record.Current.ArchivedAt is not null == archived)
                found.Add(new Done(record, view, null));
            else
                missing.Add(id);
        }
        await AnswerAsync(call, 200, found, missing.Count > 0 ? [ApiErrors.SomeObjectsMissing(type, missing)] : []);
    }

    private async Task UpdateAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        using var body = await call.ReadAsync();
        var inputs = ApiCall.Inputs(body.RootElement, Most);
        call.Items(inputs.Length);
        RefuseDuplicates(inputs);

        var errors = new List<ApiError>();
        var missing = new List<string>();
        var accepted = new List<(CrmRecord Record, CheckedWrite Wanted, string? TraceId)>();
        foreach (var input in inputs)
        {
            RefuseIdProperty(input);
            var id = ApiCall.Text(input, "id") ?? "";
            if (ApiCall.IdOf(id) is not { } number || portal.Live(type, number) is not { } record)
            {
                missing.Add(id);
                continue;
            }
            writes.RefuseLocked(record);
            var wanted = writes.CheckUpdate(call, record, input);
            var trace = ApiCall.Text(input, "objectWriteTraceId");
            if (wanted.Error is not null)
                Fail(errors, Traced(wanted.Error.WithContext("ids", id), trace));
            else
                accepted.Add((record, wanted, trace));
        }
        if (missing.Count > 0)
            errors.Add(ApiErrors.SomeObjectsMissing(type, missing));

        var done = new List<Done>(accepted.Count);
        foreach (var (record, wanted, trace) in accepted)
        {
            portal.Update(record, wanted.Changes, call.Source);
            done.Add(new Done(record, objects.WrittenView(type, wanted), trace));
        }
        await AnswerAsync(call, 200, done, errors);
    }

    private async Task CreateAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireWrite(call.Token, type);
        using var body = await call.ReadAsync();
        var inputs = ApiCall.Inputs(body.RootElement, Most);
        call.Items(inputs.Length);

        var errors = new List<ApiError>();
        var accepted = new List<(CheckedWrite Wanted, List<(CrmRecord To, int TypeId)> Links, string? TraceId)>();
        foreach (var input in inputs)
        {
            var wanted = writes.CheckCreate(call, type, input);
            var trace = ApiCall.Text(input, "objectWriteTraceId");
            if (wanted.Error is not null)
                Fail(errors, Traced(wanted.Error, trace));
            else
                accepted.Add((wanted, writes.Links(type, input), trace));
        }
        var done = new List<Done>(accepted.Count);
        foreach (var (wanted, links, trace) in accepted)
        {
            var record = portal.Create(type, wanted.Changes, call.Source);
            foreach (var (to, typeId) in links)
                portal.Associate(record, to, typeId);
            done.Add(new Done(record, objects.WrittenView(type, wanted), trace));
        }
        await AnswerAsync(call, 201, done, errors);
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
                portal.SetArchived(record, true);
        }
        await call.AnswerEmptyAsync();
    }

    private Task AnswerAsync(ApiCall call, int allDone, List<Done> done, IReadOnlyList<ApiError> errors)
    {
        answers.Shuffle(done, d => d.Record.Id);
        return answers.WriteAsync(call, allDone, errors, json =>
        {
            foreach (var one in done)
                records.Write(json, one.Record, one.Record.Current, one.View, one.TraceId);
        });
    }

    private void Fail(List<ApiError> errors, ApiError error)
    {
        if (options.BadValueInBatch == BadValueInBatch.FailsWholeCall)
            throw new ApiRefusal(error);
        errors.Add(error);
    }

    private static ApiError Traced(ApiError error, string? trace) => trace is null ? error : error.WithContext("objectWriteTraceId", trace);

    private static void RefuseDuplicates(JsonElement[] inputs)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            var id = ApiCall.Text(input, "id") ?? "";
            if (!seen.Add(id))
                throw new ApiRefusal(ApiErrors.Invalid($"Duplicate IDs found in batch input: [{id}]. IDs must be unique", "DUPLICATE_ID"));
        }
    }

    private static void RefuseIdProperty(JsonElement element)
    {
        if (ApiCall.Text(element, "idProperty") is { Length: > 0 } name)
            throw new ApiRefusal(ApiErrors.Invalid($"The provided ID property \"{name}\" is a non-unique property.", "INVALID_ID_PROPERTY"));
    }
}
