using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Several requests in one: composite (one counted call, with references between its parts) and composite/batch (each counts).</summary>
internal sealed class CompositeEndpoint(SalesforceServer server)
{
    private const int MostParts = 25;

    public void Map(WebApplication app)
    {
        app.MapPost("/services/data/{version}/composite", AnswerCompositeAsync);
        app.MapPost("/services/data/{version}/composite/batch", AnswerBatchAsync);
    }

    private async Task AnswerCompositeAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        List<JsonObject> parts = ReadParts(body, "compositeRequest");
        bool allOrNone = body["allOrNone"]?.GetValueKind() == JsonValueKind.True;
        int heavy = parts.Count(part => Text(part, "url") is var url && (url.Contains("/query", StringComparison.Ordinal) || url.Contains("/composite/sobjects", StringComparison.Ordinal)));
        if (heavy > server.Options.CompositeQueries)
            throw new SalesforceException(400, "LIMIT_EXCEEDED", $"Composite requests can contain at most {server.Options.CompositeQueries} query or sobject collections subrequests.");
        SalesforcePipeline.NoteItems(context, parts.Count);

        SalesforceOrg org = server.Org;
        UndoJournal journal = new();
        org.Journal = allOrNone ? journal : null;
        Dictionary<string, JsonNode?> known = new(StringComparer.Ordinal);
        List<(string Reference, int Status, JsonNode? Body)> answers = [];
        bool failed = false;
        foreach (JsonObject part in parts)
        {
            string reference = Text(part, "referenceId");
            (int status, JsonNode? answer) = failed && allOrNone
                ? (400, Halted())
                : await RunAsync(context, Text(part, "method"), References.Fill(Text(part, "url"), known), References.Fill(part["body"], known), counted: false);
            failed |= status >= 400;
            if (status < 400)
                known[reference] = answer;
            answers.Add((reference, status, answer));
        }

        if (failed && allOrNone)
        {
            lock (org.Gate)
                journal.Undo(org.History);
            answers = answers.ConvertAll(one => one.Status < 400 ? (one.Reference, 400, Halted()) : one);
        }

        org.Journal = null;
        await SalesforceAnswers.WriteAsync(context, new JsonObject
        {
            ["compositeResponse"] = new JsonArray([.. answers.Select(one => (JsonNode)new JsonObject
            {
                ["body"] = one.Body?.DeepClone(), ["httpHeaders"] = new JsonObject(), ["httpStatusCode"] = one.Status, ["referenceId"] = one.Reference,
            })]),
        });
    }

    private async Task AnswerBatchAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        List<JsonObject> parts = ReadParts(body, "batchRequests");
        bool halt = body["haltOnError"]?.GetValueKind() == JsonValueKind.True;
        SalesforcePipeline.NoteItems(context, parts.Count);
        JsonArray results = [];
        bool failed = false;
        foreach (JsonObject part in parts)
        {
            (int status, JsonNode? answer) = failed && halt
                ? (412, Error("BATCH_PROCESSING_HALTED", "Batch processing halted per request"))
                : await RunAsync(context, Text(part, "method"), "/services/data/" + Text(part, "url").TrimStart('/'), part["richInput"], counted: true);
            failed |= status >= 400;
            results.Add((JsonNode)new JsonObject { ["statusCode"] = status, ["result"] = answer });
        }

        await SalesforceAnswers.WriteAsync(context, new JsonObject { ["hasErrors"] = failed, ["results"] = results });
    }

    private async Task<(int Status, JsonNode? Body)> RunAsync(HttpContext whole, string method, string url, JsonNode? body, bool counted)
    {
        string[] address = url.Split('?', 2);
        string path = address[0].StartsWith('/') ? address[0] : "/" + address[0];
        if (path.Contains("/composite", StringComparison.Ordinal) && !path.Contains("/composite/sobjects", StringComparison.Ordinal))
            return (400, Error("INVALID_INPUT", "A composite request cannot hold another one."));
        using MemoryStream answer = new();
        DefaultHttpContext part = new() { RequestServices = whole.RequestServices, RequestAborted = whole.RequestAborted };
        part.Request.Method = method;
        part.Request.Path = Uri.UnescapeDataString(path);
        part.Request.QueryString = address.Length > 1 ? new QueryString("?" + address[1].Replace("+", "%20", StringComparison.Ordinal)) : QueryString.Empty;
        part.Response.Body = answer;
        if (body is not null)
        {
            part.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body.ToJsonString()));
            part.Request.ContentType = "application/json";
        }

        await server.Pipeline.RunPartAsync(part, counted);
        await part.Response.BodyWriter.FlushAsync(whole.RequestAborted);
        return (part.Response.StatusCode, answer.Length == 0 ? null : JsonNode.Parse(answer.ToArray()));
    }

    private static List<JsonObject> ReadParts(JsonObject body, string name)
    {
        JsonArray parts = body[name] as JsonArray ?? throw SalesforceException.BadJson($"The body must hold an array named {name}.");
        if (parts.Count is 0 or > MostParts)
            throw new SalesforceException(400, "LIMIT_EXCEEDED", $"The request must hold 1 to {MostParts} subrequests.");
        return [.. parts.Select(part => part as JsonObject ?? throw SalesforceException.BadJson("Each subrequest must be an object."))];
    }

    private static string Text(JsonObject part, string name) => part[name]?.GetValueKind() == JsonValueKind.String
        ? part[name]!.GetValue<string>()
        : throw SalesforceException.BadJson($"Each subrequest must have a text named {name}.");

    private static JsonArray Halted() => Error("PROCESSING_HALTED", "The transaction was rolled back since another operation in the same transaction failed.");

    private static JsonArray Error(string code, string message) => new(new JsonObject { ["errorCode"] = code, ["message"] = message });
}
