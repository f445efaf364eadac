using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.HubSpot;

/// <summary>HubSpot's property values: all of them text or null, with more spellings than the documentation admits.</summary>
internal static class HubSpotValues
{
    private static readonly double LongestDuration = TimeSpan.FromDays(30).TotalMilliseconds;

    /// <summary>An instant from ISO 8601, epoch milliseconds or epoch seconds (whole or float-looking); null for blank or anything else.</summary>
    public static DateTimeOffset? Instant(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            // 100 thousand million seconds lie in the year 5138, as many milliseconds in 1973: nothing real is misread.
            var milliseconds = Math.Abs(number) < 1e11 ? number * 1000 : number;
            return milliseconds is > -62_135_596_800_000 and < 253_402_300_800_000
                ? DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(milliseconds))
                : null;
        }

        return DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;
    }

    /// <summary>A length of time in milliseconds; null for blank, negative or absurd ones.</summary>
    public static TimeSpan? Duration(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds >= 0 && milliseconds <= LongestDuration
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    /// <summary>An instant as filters and writes take it.</summary>
    public static string Iso(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>An instant in epoch milliseconds as text.</summary>
    public static string Epoch(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The values of a record for the asked names; blank is null, names that the record does not carry are left out.</summary>
    public static IReadOnlyDictionary<string, string?> Pick(JsonElement record, IEnumerable<string> names)
    {
        var properties = record.Child("properties");
        var picked = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (properties.Child(name).ValueKind != JsonValueKind.Undefined)
                picked[name] = properties.Text(name) is { Length: > 0 } value ? value : null;
        }

        return picked;
    }

    /// <summary>A JSON array of texts.</summary>
    public static JsonArray Array(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    /// <summary>A JSON array of <c>{"id": …}</c>.</summary>
    public static JsonArray Ids(IEnumerable<string> ids) => [.. ids.Select(id => (JsonNode)new JsonObject { ["id"] = id })];
}
