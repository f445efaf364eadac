using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Versions, resources of a version, and limits.</summary>
internal sealed class DirectoryEndpoint(SalesforceServer server)
{
    private static readonly string[] Resources = ["sobjects", "query", "queryAll", "composite", "tooling", "limits", "jobs"];

    public void Map(WebApplication app)
    {
        app.MapGet("/services/data", context => SalesforceAnswers.WriteAsync(context, ApiVersions.List(server.Options.NewestApiVersion)));
        app.MapGet("/services/data/{version}", AnswerResourcesAsync);
        app.MapGet("/services/data/{version}/limits", AnswerLimitsAsync);
    }

    private static Task AnswerResourcesAsync(HttpContext context)
    {
        JsonObject answer = [];
        foreach (string resource in Resources)
            answer[resource] = $"/services/data/{context.Version()}/{resource}";
        return SalesforceAnswers.WriteAsync(context, answer);
    }

    private Task AnswerLimitsAsync(HttpContext context)
    {
        int used = server.Usage.Used;
        return SalesforceAnswers.WriteAsync(context, new JsonObject
        {
            ["DailyApiRequests"] = Limit(server.Usage.Max, server.Usage.Max - used),
            ["DailyBulkApiBatches"] = Limit(server.Bulk.Batches),
            ["DailyBulkV2QueryFileStorageMB"] = Limit(server.Bulk.ResultMegabytes),
            ["DailyBulkV2QueryJobs"] = Limit(server.Bulk.QueryJobs),
        });
    }

    private static JsonObject Limit(RollingCount count) => Limit(count.Max, count.Max - count.Used);

    private static JsonObject Limit(int max, int remaining) => new() { ["Max"] = max, ["Remaining"] = Math.Max(0, remaining) };
}
