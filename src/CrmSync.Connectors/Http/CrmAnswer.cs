using System.Net.Http.Headers;
using System.Text.Json;

namespace CrmSync.Connectors.Http;

/// <summary>What a CRM answered: the status, and the body where it could be read as JSON.</summary>
internal sealed class CrmAnswer
{
    private readonly HttpResponseHeaders _headers;

    private CrmAnswer(int status, JsonElement body, bool readable, HttpResponseHeaders headers, ReadOnlyMemory<byte> bytes)
    {
        Status = status;
        Body = body;
        IsReadable = readable;
        Bytes = bytes;
        _headers = headers;
    }

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>The body; of kind <see cref="JsonValueKind.Undefined"/> where it is empty or no JSON.</summary>
    public JsonElement Body { get; }

    /// <summary>False where there is a body that is no JSON (a proxy's HTML page, a cut-off answer).</summary>
    public bool IsReadable { get; }

    /// <summary>The body as it came, without a byte-order mark.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The CRM's clock, where it says it.</summary>
    public DateTimeOffset? Date => _headers.Date;

    /// <summary>Reads what came; the response may be disposed afterwards.</summary>
    public static async Task<CrmAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = WithoutMark(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (bytes.Span.Trim(" \r\n\t"u8).IsEmpty)
            return new CrmAnswer((int)response.StatusCode, default, readable: true, response.Headers, bytes);
        try
        {
            // The document is left to the collector: its elements travel on, and nobody knows when the last one is read.
            var document = JsonDocument.Parse(bytes);
            return new CrmAnswer((int)response.StatusCode, document.RootElement, readable: true, response.Headers, bytes);
        }
        catch (JsonException)
        {
            return new CrmAnswer((int)response.StatusCode, default, readable: false, response.Headers, bytes);
        }
    }

    /// <summary>First value of a header, or null.</summary>
    public string? Header(string name) => _headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>A header that holds a whole number, or null.</summary>
    public long? Number(string name) =>
        long.TryParse(Header(name), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) =>
        bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
}
