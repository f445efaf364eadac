using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Reads bodies and writes answers.</summary>
internal static class SalesforceAnswers
{
    public const string JsonType = "application/json;charset=UTF-8";

    // Salesforce leaves everything unescaped that JSON allows; the default encoder would turn the plus of +0000 into an escape.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonSerializerOptions PlainNodes = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = JsonType;
        // Straight into the server's own segments: a page of 2,000 rows is megabytes, which as one array would wear out the large-object heap.
        await using (Utf8JsonWriter writer = new(context.Response.BodyWriter, Plain))
            write(writer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    public static Task WriteAsync(HttpContext context, JsonNode answer, int status = 200) =>
        WriteAsync(context, writer => answer.WriteTo(writer, PlainNodes), status);

    public static Task WriteErrorAsync(HttpContext context, int status, string errorCode, string message, IReadOnlyList<string>? fields = null)
    {
        JsonObject error = new() { ["message"] = message, ["errorCode"] = errorCode };
        if (fields is { Count: > 0 })
            error["fields"] = new JsonArray([.. fields.Select(field => (JsonNode)field)]);
        return WriteAsync(context, new JsonArray(error), status);
    }

    /// <summary>The body as a JSON object.</summary>
    /// <exception cref="SalesforceException">It is none.</exception>
    public static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        try
        {
            JsonNode? body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            JsonObject read = body as JsonObject ?? throw SalesforceException.BadJson("The body must be a JSON object.");
            _ = read.Count; // A name given twice is only noticed when the object is first looked into.
            return read;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw SalesforceException.BadJson(failure.Message);
        }
    }

    /// <summary>The API version of the address, such as "v66.0".</summary>
    public static string Version(this HttpContext context) => (string)context.Request.RouteValues["version"]!;

    public static string RouteText(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
