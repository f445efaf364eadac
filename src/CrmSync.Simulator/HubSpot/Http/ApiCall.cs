using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>One authenticated call: what the client sent, and how to answer.</summary>
internal sealed class ApiCall(HttpContext context, HubSpotToken token, FaultBoard board, ChangeSource source)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    public HubSpotToken Token { get; } = token;

    public ChangeSource Source { get; } = source;

    public string Version => Route("version");

    public HubSpotObjectType Type => TypeNamed("type");

    public HttpContext Context { get; } = context;

    public string Route(string name) => Context.Request.RouteValues[name] as string ?? "";

    public HubSpotObjectType TypeNamed(string routeValue) =>
        HubSpotObjectType.Find(Route(routeValue)) ?? throw new ApiRefusal(ApiErrors.NoObjectType(Route(routeValue)));

    /// <summary>Whether the call meets a fault now.</summary>
    public bool Meets(string dial) =>
        board.Draw(dial, Context.Request.Method, ApiPipeline.TemplateOf(Context), CallNote.Of(Context).Path);

    /// <summary>How far a dial is turned; null where it is off.</summary>
    public DialSetting? Turned(string dial) => board.On(dial);

    /// <summary>Says how many records the call is about.</summary>
    public void Items(int count) => CallNote.Of(Context).Items = count;

    public string? Query(string name) => Context.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A list given comma-separated, repeated or both.</summary>
    public string[] QueryList(string name) =>
        [.. Context.Request.Query[name]
            .SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    public bool QueryFlag(string name) => string.Equals(Query(name), "true", StringComparison.OrdinalIgnoreCase);

    public int QueryLimit(int standard, int most)
    {
        if (Query("limit") is not { Length: > 0 } text)
            return standard;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit < 1)
            throw new ApiRefusal(ApiErrors.Invalid($"limit must be a whole number from 1 to {most}, but was {text}."));
        return limit <= most ? limit : throw new ApiRefusal(ApiErrors.Invalid($"limit must be at most {most}, but was {limit}."));
    }

    public long QueryAfter(long standard = 0)
    {
        if (Query("after") is not { Length: > 0 } text)
            return standard;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after) ? after
            : throw new ApiRefusal(ApiErrors.Invalid($"after is not a paging cursor: {text}"));
    }

    public static long? IdOf(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>The body as JSON object.</summary>
    /// <exception cref="ApiRefusal">400: it is none.</exception>
    public async ValueTask<JsonDocument> ReadAsync()
    {
        var body = await RequestBody.ReadAsync(Context);
        return Parse(body);
    }

    public static JsonDocument Parse(byte[] body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException broken)
        {
            throw new ApiRefusal(ApiErrors.BrokenJson($"line {broken.LineNumber + 1}, position {broken.BytePositionInLine}"));
        }
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        throw new ApiRefusal(ApiErrors.BrokenJson("an object is expected"));
    }

    public Task AnswerAsync(int status, Action<Utf8JsonWriter> write)
    {
        Context.Response.StatusCode = status;
        return JsonAnswer.WriteAsync(Context, write);
    }

    public Task AnswerEmptyAsync()
    {
        Context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Property names of a JSON list; unknown ones are dropped later.</summary>
    public static string[] Names(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.String))
            throw new ApiRefusal(ApiErrors.BrokenJson($"{name} must be a list of texts"));
        return [.. list.EnumerateArray().Select(e => e.GetString()!)];
    }

    /// <summary>The inputs of a batch.</summary>
    public static JsonElement[] Inputs(JsonElement body, int most)
    {
        if (!body.TryGetProperty("inputs", out var list) || list.ValueKind != JsonValueKind.Array
            || list.EnumerateArray().Any(e => e.ValueKind != JsonValueKind.Object))
            throw new ApiRefusal(ApiErrors.BrokenJson("inputs must be a list of objects"));
        JsonElement[] inputs = [.. list.EnumerateArray()];
        return inputs.Length <= most ? inputs : throw new ApiRefusal(ApiErrors.TooMany(most, inputs.Length));
    }

    /// <summary>A text or number member; null where it is absent.</summary>
    public static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String or JsonValueKind.Number => PropertyValues.TextOf(value),
            JsonValueKind.Null => null,
            _ => throw new ApiRefusal(ApiErrors.BrokenJson($"{name} must be text")),
        }
        : null;
}
