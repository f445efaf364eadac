using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Versions, resources of a version, and limits.</summary>
internal sealed class DirectoryEndpoint(SalesforceServer server)
{
    private static readonly string[] Resources = ["sobjects", "query", "queryAll", "composite", "tooling", "limits"];

    public void Map(WebApplication app)
    {
        app.MapGet("/services/data", context => SalesforceAnswers.WriteAsync(context, ApiVersions.List()));
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
            ["DailyBulkApiBatches"] = Limit(15_000, 15_000),
            ["DailyBulkV2QueryFileStorageMB"] = Limit(976_562, 976_562),
            ["DailyBulkV2QueryJobs"] = Limit(10_000, 10_000),
        });
    }

    private static JsonObject Limit(int max, int remaining) => new() { ["Max"] = max, ["Remaining"] = Math.Max(0, remaining) };
}
