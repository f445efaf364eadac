using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Ids of records that were changed or deleted within a time (REST guide, getUpdated and getDeleted).</summary>
internal sealed class ChangesEndpoint(SalesforceServer server)
{
    private const int ReachDays = 30;
    private const int MostIds = 600_000;

    public void Map(WebApplication app)
    {
        app.MapGet("/services/data/{version}/sobjects/{type}/updated", AnswerUpdatedAsync);
        app.MapGet("/services/data/{version}/sobjects/{type}/deleted", AnswerDeletedAsync);
    }

    private Task AnswerUpdatedAsync(HttpContext context)
    {
        (List<SalesforceRow> rows, DateTime end) = Find(context, deleted: false);
        return SalesforceAnswers.WriteAsync(context, new JsonObject
        {
            ["ids"] = new JsonArray([.. rows.Select(row => (JsonNode)row.Id)]),
            // Not past the start of the oldest transaction that still runs.
            ["latestDateCovered"] = SalesforceText.Write(server.Reading.Covered(end)),
        });
    }

    private Task AnswerDeletedAsync(HttpContext context)
    {
        (List<SalesforceRow> rows, DateTime end) = Find(context, deleted: true);
        return SalesforceAnswers.WriteAsync(context, new JsonObject
        {
            ["deletedRecords"] = new JsonArray([.. rows.Select(row =>
                (JsonNode)new JsonObject { ["id"] = row.Id, ["deletedDate"] = SalesforceText.Write(row.Stamp) })]),
            ["earliestDateAvailable"] = SalesforceText.Write(server.Org.Now.AddDays(-ReachDays)),
            ["latestDateCovered"] = SalesforceText.Write(end),
        });
    }

    private (List<SalesforceRow> Rows, DateTime End) Find(HttpContext context, bool deleted)
    {
        SalesforceTable table = server.Org.FindTable(context.RouteText("type")) ?? throw SalesforceException.NotFound();
        DateTime start = Read(context, "start");
        DateTime end = Read(context, "end");
        if (start >= end)
            throw new SalesforceException(400, "INVALID_REPLICATION_DATE", "startDate must be before endDate");
        if (start < server.Org.Now.AddDays(-ReachDays))
            throw new SalesforceException(400, "INVALID_REPLICATION_DATE", $"startDate cannot be more than {ReachDays} days ago");
        List<SalesforceRow> rows;
        lock (server.Org.Gate)
            rows = [.. table.Between(start, end, descending: false).Where(row => row.Flag("IsDeleted") == deleted)];
        SalesforcePipeline.NoteItems(context, rows.Count);
        return rows.Count <= MostIds ? (rows, end) : throw new SalesforceException(400, "EXCEEDED_ID_LIMIT", "too many ids: narrow the time");
    }

    private static DateTime Read(HttpContext context, string name) =>
        SalesforceText.ReadDateTime(context.Request.Query[name].ToString())
        ?? throw new SalesforceException(
            400, "INVALID_REPLICATION_DATE", $"{name} must be a time such as 2026-01-02T03:04:05Z, a plus sign in it encoded");
}
