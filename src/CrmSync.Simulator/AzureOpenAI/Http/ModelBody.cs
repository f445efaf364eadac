using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>Reads and writes the bodies of the service.</summary>
internal static class ModelBody
{
    public static async ValueTask<JsonObject> ReadAsync(HttpContext context) => Parse(await RequestBody.ReadAsync(context));

    /// <exception cref="ModelRefusal">It is no JSON object.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject read)
                return read;
        }
        catch (JsonException)
        {
            // Told below, in the service's words.
        }
        throw new ModelRefusal(ModelErrors.Invalid("We could not parse the JSON body of your request. The service expects a JSON object."));
    }

    public static string? Text(JsonObject body, string name) =>
        body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;

    public static Task SendAsync(HttpContext context, JsonObject answer, int status = StatusCodes.Status200OK)
    {
        var bytes = Encoding.UTF8.GetBytes(answer.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    public static Task RefuseAsync(HttpContext context, ModelError error) => SendAsync(context, error.ToJson(), error.Status);
}
