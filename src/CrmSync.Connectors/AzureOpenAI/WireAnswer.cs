using System.ClientModel.Primitives;
using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>What came back: the status, and the body where it is JSON.</summary>
internal sealed class WireAnswer
{
    private readonly string _secret;

    private WireAnswer(int status, JsonElement body, ReadOnlyMemory<byte> bytes, string secret)
    {
        Status = status;
        Body = body;
        Bytes = bytes;
        _secret = secret;
    }

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>The body; of kind <see cref="JsonValueKind.Undefined"/> where it is no JSON.</summary>
    public JsonElement Body { get; }

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>How long the endpoint wants us to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The request's id, for Microsoft's support.</summary>
    public string? RequestId { get; private init; }

    /// <summary>An answer of the wire.</summary>
    public static WireAnswer Read(PipelineResponse response, string secret) => new(response.Status, Parse(response.Content.ToMemory()), response.Content.ToMemory(), secret)
    {
        RetryAfter = Wait(response),
        RequestId = response.Headers.TryGetValue("apim-request-id", out var id) || response.Headers.TryGetValue("x-request-id", out id) ? Scrub.Text(id) : null,
    };

    /// <summary>An answer that stood in a line of a batch's file.</summary>
    public static WireAnswer Read(int status, JsonElement body) => new(status, body, default, "");

    /// <summary>A text of the error object; null where there is none.</summary>
    public string? Error(string name) => Part(Body, "error") is { } error ? Text(error, name) : null;

    /// <summary>The code of the error inside the error, where the content filter says its reason.</summary>
    public string? InnerCode => Part(Body, "error") is { } error && Part(error, "innererror") is { } inner ? Text(inner, "code") : null;

    /// <summary>The endpoint's own words, without anything that looks like a credential.</summary>
    public string? Words
    {
        get
        {
            var words = Error("message");
            return Scrub.Text(_secret.Length > 0 ? words?.Replace(_secret, "[removed]", StringComparison.Ordinal) : words);
        }
    }

    /// <summary>Reads JSON; of kind <see cref="JsonValueKind.Undefined"/> where it is none.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return bytes.IsEmpty ? default : JsonDocument.Parse(bytes).RootElement;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>An object inside an object; null where it is none.</summary>
    public static JsonElement? Part(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    /// <summary>A text inside an object; null where it is none.</summary>
    public static string? Text(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? SafeText.Read(text) : null;

    private static TimeSpan? Wait(PipelineResponse response)
    {
        if (response.Headers.TryGetValue("retry-after-ms", out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds))
            return TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.MillisecondsPerDay));
        return response.Headers.TryGetValue("Retry-After", out text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400))
            : null;
    }
}
