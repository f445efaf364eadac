using System.Text.Json;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Associations (fact sheet §7). Adding or removing them moves no last-modified instant.</summary>
internal sealed class AssociationRoutes(Portal portal, BatchAnswer answers, HubSpotSimulatorOptions options)
{
    private const int MostRead = 1_000;
    private const int MostCreated = 2_000;
    private const int MostArchived = 100;

    private sealed record Linked(long From, List<(long To, List<int> TypeIds)> To, long? After);

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", "/crm/objects/{version}/{type}/{id}/associations/{to}", GetAsync);
        ApiPipeline.Map(routes, "POST", "/crm/associations/{version}/{type}/{to}/batch/read", ReadAsync);
        ApiPipeline.Map(routes, "POST", "/crm/associations/{version}/{type}/{to}/batch/create", CreateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/associations/{version}/{type}/{to}/batch/associate/default", CreateAsync);
        ApiPipeline.Map(routes, "POST", "/crm/associations/{version}/{type}/{to}/batch/archive", ArchiveAsync);
        ApiPipeline.Map(routes, "POST", "/crm/associations/{version}/{type}/{to}/batch/labels/archive", ArchiveLabelsAsync);
        ApiPipeline.Map(routes, "PUT", "/crm/objects/{version}/{type}/{id}/associations/{to}/{toId}", PutAsync);
        ApiPipeline.Map(routes, "PUT", "/crm/objects/{version}/{type}/{id}/associations/default/{to}/{toId}", PutDefaultAsync);
        ApiPipeline.Map(routes, "DELETE", "/crm/objects/{version}/{type}/{id}/associations/{to}/{toId}", DeleteAsync);
    }

    private Task GetAsync(ApiCall call)
    {
        var (from, to) = Types(call, write: false);
        var record = ApiCall.IdOf(call.Route("id")) is { } id ? portal.Live(from, id) : null;
        if (record is null)
            throw new ApiRefusal(ApiErrors.NoObject(call.Route("id")));
        var linked = LinksOf(record, to, call.QueryAfter(), call.QueryLimit(500, 500));
        call.Items(1);
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            WriteTargets(json, "results", from, linked);
            json.WriteEndObject();
        });
    }

    private async Task ReadAsync(ApiCall call)
    {
        var (from, to) = Types(call, write: false);
        using var body = await call.ReadAsync();
        var inputs = ApiCall.Inputs(body.RootElement, MostRead);
        call.Items(inputs.Length);

        var found = new List<Linked>(inputs.Length);
        var errors = new List<ApiError>();
        foreach (var input in inputs)
        {
            var id = ApiCall.Text(input, "id") ?? "";
            var after = ApiCall.IdOf(ApiCall.Text(input, "after")) ?? 0;
            var linked = ApiCall.IdOf(id) is { } number && portal.Live(from, number) is { } record
                ? LinksOf(record, to, after, options.AssociationPageSize) : null;
            if (linked is { To.Count: > 0 })
                found.Add(linked);
            else
                errors.Add(ApiErrors.NoAssociations(from, to, id));
        }
        answers.Shuffle(found, f => f.From);
        await answers.WriteAsync(call, 200, errors, json =>
        {
            foreach (var linked in found)
            {
                json.WriteStartObject();
                json.WriteStartObject("from");
                json.WriteString("id", linked.From.ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteEndObject();
                WriteTargets(json, "to", from, linked);
                json.WriteEndObject();
            }
        });
    }

    private async Task CreateAsync(ApiCall call)
    {
        var (from, to) = Types(call, write: true);
        var standard = StandardType(from, to);
        using var body = await call.ReadAsync();
        var inputs = ApiCall.Inputs(body.RootElement, MostCreated);
        call.Items(inputs.Length);

        var labelled = !call.Context.Request.Path.Value!.EndsWith("/default", StringComparison.Ordinal);
        var done = new List<(CrmRecord From, CrmRecord To, int TypeId)>();
        var errors = new List<ApiError>();
        foreach (var input in inputs)
        {
            var (first, second) = (Side(input, "from", from), Side(input, "to", to));
            List<int> typeIds = labelled ? AssociationWrites.TypeIds(input) : [standard];
            if (typeIds.FirstOrDefault(t => !AssociationWrites.Fits(portal, from, to, t)) is var wrong and not 0)
                throw new ApiRefusal(
                    ApiErrors.Invalid($"Association type {wrong} does not lead from {from.TypeId} to {to.TypeId}.", "INVALID_ASSOCIATION"));
            if (first is null || second is null)
                errors.Add(ApiErrors.SomeObjectsMissing(first is null ? from : to, [IdText(input, first is null ? "from" : "to")]));
            else
                done.AddRange(typeIds.Select(t => (first, second, t)));
        }
        foreach (var (first, second, typeId) in done)
            portal.Associate(first, second, typeId, call.Source);
        await answers.WriteAsync(call, labelled ? 201 : 200, errors, json =>
        {
            foreach (var (first, second, typeId) in done)
            {
                if (labelled)
                    WritePair(json, first, second, portal.Labels.TextOf(from, typeId));
                else
                    WriteDefault(json, first, second, typeId);
            }
        });
    }

    private async Task ArchiveAsync(ApiCall call)
    {
        var (from, to) = Types(call, write: true);
        using var body = await call.ReadAsync();
        var inputs = ApiCall.Inputs(body.RootElement, MostArchived);
        call.Items(inputs.Length);
        foreach (var input in inputs)
        {
            if (!input.TryGetProperty("to", out var targets) || targets.ValueKind != JsonValueKind.Array)
                throw new ApiRefusal(ApiErrors.BrokenJson("to must be a list"));
            foreach (var target in targets.EnumerateArray())
            {
                if (Side(input, "from", from) is { } first && ApiCall.IdOf(ApiCall.Text(target, "id")) is { } id
                    && portal.Live(to, id) is { } second)
                    portal.Dissociate(first, second, call.Source);
            }
        }
        await call.AnswerEmptyAsync();
    }

    private async Task ArchiveLabelsAsync(ApiCall call)
    {
        var (from, to) = Types(call, write: true);
        using var body = await call.ReadAsync();
        var inputs = ApiCall.Inputs(body.RootElement, MostArchived);
        call.Items(inputs.Length);
        foreach (var input in inputs)
        {
            if (Side(input, "from", from) is not { } first || Side(input, "to", to) is not { } second)
                continue;
            foreach (var typeId in AssociationWrites.TypeIds(input))
                portal.Dissociate(first, second, call.Source, typeId);
        }
        await call.AnswerEmptyAsync();
    }

    private async Task PutAsync(ApiCall call)
    {
        var (first, second) = Pair(call);
        var body = await Hosting.RequestBody.ReadAsync(call.Context);
        using var wrapped = ApiCall.Parse([.. "{\"types\":"u8, .. body.Length > 0 ? body : "null"u8.ToArray(), .. "}"u8]);
        var typeIds = AssociationWrites.TypeIds(wrapped.RootElement);
        if (typeIds.FirstOrDefault(t => !AssociationWrites.Fits(portal, first.Type, second.Type, t)) is var wrong and not 0)
            throw new ApiRefusal(ApiErrors.Invalid(
                $"Association type {wrong} does not lead from {first.Type.TypeId} to {second.Type.TypeId}.", "INVALID_ASSOCIATION"));
        typeIds.ForEach(t => portal.Associate(first, second, t, call.Source));
        call.Items(1);
        await call.AnswerAsync(201, json => WritePair(json, first, second,
            [.. typeIds.Select(t => portal.Labels.TextOf(first.Type, t))]));
    }

    private Task PutDefaultAsync(ApiCall call)
    {
        var (first, second) = Pair(call);
        var standard = StandardType(first.Type, second.Type);
        portal.Associate(first, second, standard, call.Source);
        call.Items(1);
        return answers.WriteAsync(call, 200, [], json =>
        {
            WriteDefault(json, first, second, standard);
            WriteDefault(json, second, first, AssociationTypes.OppositeOf(standard));
        });
    }

    private Task DeleteAsync(ApiCall call)
    {
        var (first, second) = Pair(call);
        portal.Dissociate(first, second, call.Source);
        call.Items(1);
        return call.AnswerEmptyAsync();
    }

    private (CrmRecord From, CrmRecord To) Pair(ApiCall call)
    {
        var (from, to) = Types(call, write: true);
        CrmRecord Live(HubSpotObjectType type, string value) => ApiCall.IdOf(call.Route(value)) is { } id && portal.Live(type, id) is { } record
            ? record : throw new ApiRefusal(ApiErrors.NoObject(call.Route(value)));
        return (Live(from, "id"), Live(to, "toId"));
    }

    private static int StandardType(HubSpotObjectType from, HubSpotObjectType to) => AssociationTypes.DefaultOf(from, to)
        ?? throw new ApiRefusal(
            ApiErrors.Invalid($"No association type exists between {from.TypeId} and {to.TypeId}.", "INVALID_ASSOCIATION"));

    private static void WriteDefault(Utf8JsonWriter json, CrmRecord first, CrmRecord second, int typeId)
    {
        json.WriteStartObject();
        foreach (var (name, record) in ((string, CrmRecord)[])[("from", first), ("to", second)])
        {
            json.WriteStartObject(name);
            json.WriteString("id", record.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        json.WriteStartObject("associationSpec");
        json.WriteString("associationCategory", AssociationTypes.HubSpotDefined);
        json.WriteNumber("associationTypeId", typeId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePair(Utf8JsonWriter json, CrmRecord first, CrmRecord second, params IReadOnlyList<string?> labels)
    {
        json.WriteStartObject();
        json.WriteString("fromObjectTypeId", first.Type.TypeId);
        json.WriteNumber("fromObjectId", first.Id);
        json.WriteString("toObjectTypeId", second.Type.TypeId);
        json.WriteNumber("toObjectId", second.Id);
        json.WriteStartArray("labels");
        foreach (var label in labels.OfType<string>())
            json.WriteStringValue(label);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (HubSpotObjectType From, HubSpotObjectType To) Types(ApiCall call, bool write)
    {
        var (from, to) = (call.Type, call.TypeNamed("to"));
        Action<HubSpotToken, HubSpotObjectType> require = write ? Scopes.RequireWrite : Scopes.RequireRead;
        require(call.Token, from);
        require(call.Token, to);
        return (from, to);
    }

    /// <summary>One page of a record's links, those to archived records left out, one entry per target.</summary>
    private Linked LinksOf(CrmRecord record, HubSpotObjectType to, long after, int limit)
    {
        var page = new List<(long To, List<int> TypeIds)>();
        foreach (var link in record.LinksTo(to))
        {
            if (link.ToId <= after || portal.Live(to, link.ToId) is null)
                continue;
            if (page.Count > 0 && page[^1].To == link.ToId)
                page[^1].TypeIds.Add(link.TypeId);
            else if (page.Count == limit)
                return new Linked(record.Id, page, page[^1].To);
            else
                page.Add((link.ToId, [link.TypeId]));
        }
        return new Linked(record.Id, page, null);
    }

    private void WriteTargets(Utf8JsonWriter json, string name, HubSpotObjectType from, Linked linked)
    {
        json.WriteStartArray(name);
        foreach (var (to, typeIds) in linked.To)
        {
            json.WriteStartObject();
            // The specification says text; the live API sends a number (fact sheet §7).
            if (options.ToObjectIdAsText)
                json.WriteString("toObjectId", to.ToString(System.Globalization.CultureInfo.InvariantCulture));
            else
                json.WriteNumber("toObjectId", to);
            json.WriteStartArray("associationTypes");
            foreach (var typeId in typeIds)
            {
                json.WriteStartObject();
                json.WriteString("category", AssociationTypes.IsHubSpotDefined(typeId) ? AssociationTypes.HubSpotDefined
                    : AssociationTypes.UserDefined);
                json.WriteNumber("typeId", typeId);
                json.WriteString("label", portal.Labels.TextOf(from, typeId));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (linked.After is { } after)
            Paging.WriteNext(json, after);
    }

    private CrmRecord? Side(JsonElement input, string name, HubSpotObjectType type) => ApiCall.IdOf(IdText(input, name)) is { } id
        ? portal.Live(type, id) : null;

    private static string IdText(JsonElement input, string name) =>
        input.TryGetProperty(name, out var side) && side.ValueKind == JsonValueKind.Object ? ApiCall.Text(side, "id") ?? "" : "";
}
