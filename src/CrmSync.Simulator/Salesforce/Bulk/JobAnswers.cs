using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>What query and ingest jobs have in common on the wire.</summary>
internal static class JobAnswers
{
    public static Task ListAsync(HttpContext context, IReadOnlyList<BulkJob> jobs, SalesforceBulkOptions options) => SalesforceAnswers.WriteAsync(context, new JsonObject
    {
        ["done"] = true,
        ["nextRecordsUrl"] = null,
        ["records"] = new JsonArray([.. jobs.Select(job => (JsonNode)job.Describe(options.ApiVersionIsNumber))]),
    });

    public static Task ReadAsync<TJob>(HttpContext context, BulkStore store)
        where TJob : BulkJob => SalesforceAnswers.WriteAsync(
            context, store.With(context.RouteText("id"), poll: true, (TJob job) => job.Describe(store.Options.ApiVersionIsNumber)));

    public static async Task AbortAsync<TJob>(HttpContext context, BulkStore store)
        where TJob : BulkJob
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        _ = Choice(body, "state", null, "Aborted");
        await SalesforceAnswers.WriteAsync(context, store.With(context.RouteText("id"), poll: false, (TJob job) =>
        {
            if (job.IsOver)
                throw WrongState($"The job is {job.State} and cannot be aborted");
            store.Move(job, "Aborted");
            return job.Describe(store.Options.ApiVersionIsNumber);
        }));
    }

    public static Task DeleteAsync<TJob>(HttpContext context, BulkStore store)
        where TJob : BulkJob
    {
        store.With(context.RouteText("id"), poll: false, (TJob job) =>
        {
            if (job.IsUnderWay)
                throw WrongState($"The job is {job.State}; only finished or aborted jobs can be deleted");
            store.Remove(job);
            return true;
        });
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    public static async Task WriteCsvAsync(HttpContext context, byte[] csv)
    {
        context.Response.ContentType = "text/csv";
        await context.Response.Body.WriteAsync(csv, context.RequestAborted);
    }

    public static (string Name, char Delimiter) ReadDelimiter(JsonObject body)
    {
        string name = body["columnDelimiter"]?.GetValueKind() == JsonValueKind.String ? body["columnDelimiter"]!.GetValue<string>() : "COMMA";
        _ = Choice(body, "contentType", "CSV", "CSV");
        return CsvText.Delimiter(name) is { } delimiter ? (name, delimiter) : throw Invalid($"columnDelimiter cannot be {name}");
    }

    /// <summary>A text of a body that must be one of a few.</summary>
    public static string Choice(JsonObject body, string name, string? otherwise, params ReadOnlySpan<string> choices)
    {
        string? given = body[name]?.GetValueKind() == JsonValueKind.String ? body[name]!.GetValue<string>() : otherwise;
        foreach (string choice in choices)
        {
            if (choice == given)
                return choice;
        }

        throw Invalid($"{name} cannot be {given ?? "missing"}; it is one of {string.Join(", ", choices.ToArray())}");
    }

    public static SalesforceException Invalid(string reason) => new(400, "INVALIDJOB", "InvalidJob : " + reason);

    public static SalesforceException WrongState(string reason) => new(400, "INVALIDJOBSTATE", reason);
}
