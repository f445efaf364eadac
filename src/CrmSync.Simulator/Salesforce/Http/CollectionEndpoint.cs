using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Up to 200 records in one call; each gets its own result, in the order of the request.</summary>
internal sealed class CollectionEndpoint(SalesforceServer server)
{
    private const int MostRecords = 200;
    private const int MostRuns = 10;
    private const string Route = "/services/data/{version}/composite/sobjects";

    public void Map(WebApplication app)
    {
        app.MapPatch(Route, context => WriteAsync(context, creating: false));
        app.MapPost(Route, context => WriteAsync(context, creating: true));
        app.MapGet(Route + "/{type}", ReadAsync);
    }

    private Task ReadAsync(HttpContext context)
    {
        SalesforceTable table = server.Org.FindTable(context.RouteText("type")) ?? throw SalesforceException.NotFound();
        string[] ids = context.Request.Query["ids"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        SalesforcePipeline.NoteItems(context, ids.Length);
        IReadOnlyList<SoqlColumn> columns = RecordEndpoint.Columns(table, context.Request.Query["fields"].ToString());
        return SalesforceAnswers.WriteAsync(context, writer =>
        {
            writer.WriteStartArray();
            foreach (string id in ids)
            {
                if (SalesforceId.Normalise(id) is { } full && table.Find(full) is { } row && !row.Flag("IsDeleted"))
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
        JsonArray answer;
        lock (server.Org.Gate)
            answer = Save(records, creating, allOrNone);
        if (server.Faults.TakeDropAfterWrite())
            throw new ConnectionDropException();
        await SalesforceAnswers.WriteAsync(context, answer);
    }

    private JsonArray Save(List<(SalesforceTable Table, JsonObject Record)> records, bool creating, bool allOrNone)
    {
        List<(PreparedWrite? Write, WriteProblem? Problem)> prepared = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach ((SalesforceTable table, JsonObject record) in records)
        {
            WriteProblem? problem;
            PreparedWrite? write = creating
                ? server.Writer.PrepareCreate(table, record, out problem)
                : server.Writer.PrepareUpdate(table, ReadId(record), record, out problem);
            if (write?.Before is { } before && !seen.Add(before.Id))
                (write, problem) = (null, new WriteProblem("DUPLICATE_VALUE", "duplicate id in list: " + before.Id, "Id"));
            prepared.Add((write, problem));
        }

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

    private static WriteProblem RolledBack => new(
        "ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all records were valid and the request was using AllOrNone header");

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

    private static string? ReadId(JsonObject record)
    {
        JsonNode? id = record.FirstOrDefault(property => property.Key.Equals("id", StringComparison.OrdinalIgnoreCase)).Value;
        return id?.GetValueKind() == JsonValueKind.String ? id.GetValue<string>() : null;
    }
}
