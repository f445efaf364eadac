using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;
using CrmSync.Simulator.Salesforce.Trouble;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Up to 200 records in one call; each gets its own result, in the order of the request.</summary>
internal sealed class CollectionEndpoint(SalesforceServer server)
{
    private const int MostRecords = 200;
    private const int MostReadRecords = 2_000;
    private const int MostRuns = 10;
    private const string Route = "/services/data/{version}/composite/sobjects";

    public void Map(WebApplication app)
    {
        app.MapPatch(Route, context => WriteAsync(context, creating: false));
        app.MapDelete(Route, DeleteAsync);
        app.MapPost(Route, context => WriteAsync(context, creating: true));
        app.MapGet(Route + "/{type}", context => ReadAsync(
            context, Split(context.Request.Query["ids"].ToString()), context.Request.Query["fields"].ToString()));
        app.MapPost(Route + "/{type}", ReadListedAsync);
    }

    // Ids in a body instead of the address: more of them fit.
    private async Task ReadListedAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        string[] ids = ReadTexts(body, "ids");
        if (ids.Length > MostReadRecords)
            throw new SalesforceException(400, "EXCEEDED_ID_LIMIT", "record limit reached. cannot retrieve more than 2000 records in this call");
        await ReadAsync(context, ids, string.Join(',', ReadTexts(body, "fields")));
    }

    private static string[] ReadTexts(JsonObject body, string name) => body[name] is JsonArray array
        && array.All(node => node?.GetValueKind() == JsonValueKind.String)
            ? [.. array.Select(node => node!.GetValue<string>())]
            : throw SalesforceException.BadJson($"The body must hold an array of strings named {name}.");

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private Task ReadAsync(HttpContext context, string[] ids, string fields)
    {
        SalesforceTable table = server.Org.FindTable(context.RouteText("type")) ?? throw SalesforceException.NotFound();
        SalesforcePipeline.NoteItems(context, ids.Length);
        IReadOnlyList<SoqlColumn> columns = RecordEndpoint.Columns(table, fields);
        List<SalesforceRow?> rows = [.. ids.Select(id => SalesforceId.Normalise(id) is { } full && table.Find(full) is { } row && !row.Flag("IsDeleted") ? row : null)];
        lock (server.Org.Gate)
            server.Reading.EditBehind(WireCall.Of(context), [.. rows.OfType<SalesforceRow>()]);
        return SalesforceAnswers.WriteAsync(context, writer =>
        {
            writer.WriteStartArray();
            foreach (SalesforceRow? row in rows)
            {
                if (row is not null)
                    RecordJson.Write(writer, row, columns, context.Version());
                else
                    writer.WriteNullValue();
            }

            writer.WriteEndArray();
        });
    }

    private async Task WriteAsync(HttpContext context, bool creating)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        List<(SalesforceTable Table, JsonObject Record)> records = ReadRecords(body);
        bool allOrNone = body["allOrNone"]?.GetValueKind() == JsonValueKind.True;
        SalesforcePipeline.NoteItems(context, records.Count);
        WireCall call = WireCall.Of(context);
        RefuseForOneBadRow(records, call);
        JsonArray answer;
        lock (server.Org.Gate)
            answer = Save(records, creating, allOrNone, call);
        await SalesforceAnswers.WriteAsync(context, answer);
    }

    private Task DeleteAsync(HttpContext context)
    {
        string[] ids = Split(context.Request.Query["ids"].ToString());
        if (ids.Length > MostRecords)
            throw new SalesforceException(400, "EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than 200 records into this call");
        bool allOrNone = context.Request.Query["allOrNone"] == "true";
        SalesforcePipeline.NoteItems(context, ids.Length);
        WireCall call = WireCall.Of(context);
        JsonArray answer;
        lock (server.Org.Gate)
        {
            answer = Answer(
                [.. ids.Select(id => server.Org.FindById(SalesforceId.Normalise(id)) is { } row
                    ? (server.Writer.PrepareDelete(row.Table, row.Id, call, out WriteProblem? problem), problem)
                    : (null, new WriteProblem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")))],
                allOrNone);
        }

        return SalesforceAnswers.WriteAsync(context, answer);
    }

    private JsonArray Save(List<(SalesforceTable Table, JsonObject Record)> records, bool creating, bool allOrNone, WireCall call)
    {
        List<(PreparedWrite? Write, WriteProblem? Problem)> prepared = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach ((SalesforceTable table, JsonObject record) in records)
        {
            WriteProblem? problem;
            PreparedWrite? write = creating
                ? server.Writer.PrepareCreate(table, record, call, out problem)
                : server.Writer.PrepareUpdate(table, ReadId(record), record, call, out problem);
            if (write?.Before is { } before && !seen.Add(before.Id))
                (write, problem) = (null, new WriteProblem("DUPLICATE_VALUE", "duplicate id in list: " + before.Id, "Id"));
            prepared.Add((write, problem));
        }

        return Answer(prepared, allOrNone);
    }

    private JsonArray Answer(List<(PreparedWrite? Write, WriteProblem? Problem)> prepared, bool allOrNone)
    {
        bool rollBack = allOrNone && prepared.Any(one => one.Problem is not null);
        JsonArray answer = [];
        foreach ((PreparedWrite? write, WriteProblem? problem) in prepared)
        {
            answer.Add((JsonNode)((write, problem) switch
            {
                (_, not null) => WriteAnswers.Failed(problem),
                _ when rollBack => WriteAnswers.Failed(RolledBack),
                _ => WriteAnswers.Saved(server.Writer.Apply(write!, server.Org.AsApp)),
            }));
        }

        return answer;
    }

    private WriteProblem RolledBack => new(
        server.Options.AllOrNoneCode, "Record rolled back because not all records were valid and the request was using AllOrNone header");

    private List<(SalesforceTable Table, JsonObject Record)> ReadRecords(JsonObject body)
    {
        JsonArray records = body["records"] as JsonArray ?? throw SalesforceException.BadJson("The body must hold an array named records.");
        if (records.Count > MostRecords)
            throw new SalesforceException(400, "EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than 200 records into this call");

        List<(SalesforceTable Table, JsonObject Record)> read = [];
        int runs = 0;
        foreach (JsonNode? node in records)
        {
            JsonObject record = node as JsonObject ?? throw SalesforceException.BadJson("Each of records must be an object.");
            JsonNode? type = (record["attributes"] as JsonObject)?["type"];
            string name = type?.GetValueKind() == JsonValueKind.String
                ? type.GetValue<string>()
                : throw SalesforceException.BadJson("Each of records must name its object in attributes.type.");
            SalesforceTable table = server.Org.FindTable(name)
                ?? throw new SalesforceException(400, "INVALID_TYPE", $"sObject type '{name}' is not supported.");
            runs += read.Count == 0 || read[^1].Table != table ? 1 : 0;
            read.Add((table, record));
        }

        return runs <= MostRuns
            ? read
            : throw new SalesforceException(
                400, "LIMIT_EXCEEDED", "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.");
    }

    private void RefuseForOneBadRow(List<(SalesforceTable Table, JsonObject Record)> records, WireCall call)
    {
        if (server.Dials.On("F14") is not { } setting)
            return;
        string? bad = setting.Target is null
            ? records.Count > 1 ? ReadId(records[^1].Record) : null
            : records.Select(one => SalesforceId.Normalise(ReadId(one.Record))).FirstOrDefault(id => id is not null && WireDraws.Names(setting.Target, id));
        if (bad is not null && server.Dials.Draw("F14", call))
            throw SalesforceException.BadJson($"Cannot deserialize a value of the record {bad}");
    }

    private static string? ReadId(JsonObject record)
    {
        JsonNode? id = record.FirstOrDefault(property => property.Key.Equals("id", StringComparison.OrdinalIgnoreCase)).Value;
        return id?.GetValueKind() == JsonValueKind.String ? id.GetValue<string>() : null;
    }
}
