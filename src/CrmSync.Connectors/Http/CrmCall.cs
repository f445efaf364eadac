using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmSync.Connectors.Http;

/// <summary>Whether a request changes anything, and so whether repeating it is harmless.</summary>
internal enum CallKind
{
    /// <summary>Changes nothing; tried again quickly on passing trouble.</summary>
    Read,

    /// <summary>Changes something; sent once.</summary>
    Write,
}

/// <summary>One request to a CRM.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query, relative to the address that comes with the token.</param>
/// <param name="Kind">Whether it may be repeated.</param>
/// <param name="Purpose">What it is for, as it stands in failure messages: "reading notes".</param>
internal sealed record CrmCall(HttpMethod Method, string Path, CallKind Kind, string Purpose)
{
    /// <summary>The body, or null.</summary>
    public byte[]? Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether the answer is something else than JSON (a CSV file, a text), to be taken from <see cref="CrmAnswer.Bytes"/>.</summary>
    public bool IsRaw { get; init; }

    /// <summary>The quota that it draws on, besides the day's.</summary>
    public QuotaBucket Bucket { get; init; } = QuotaBucket.Burst;

    /// <summary>Further request headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A request that reads, with an optional JSON body (HubSpot reads by POST, too).</summary>
    public static CrmCall Read(HttpMethod method, string path, string purpose, JsonNode? body = null) =>
        new(method, path, CallKind.Read, purpose) { Body = Bytes(body) };

    /// <summary>A request that changes something.</summary>
    public static CrmCall Write(HttpMethod method, string path, string purpose, JsonNode body) =>
        new(method, path, CallKind.Write, purpose) { Body = Bytes(body) };

    private static byte[]? Bytes(JsonNode? body) => body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body);
}

/// <summary>The limits that a CRM counts separately.</summary>
internal enum QuotaBucket
{
    /// <summary>The general limit of requests in a short window.</summary>
    Burst,

    /// <summary>HubSpot's own limit for search, which does not count against the burst.</summary>
    Search,
}
