using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.Salesforce;

/// <summary>How Salesforce spells values, in JSON and in SOQL.</summary>
internal static class SalesforceValues
{
    /// <summary>
    /// An instant from <c>2026-01-02T03:04:05.000+0000</c>, whose offset has no colon, or with one; null for anything else.
    /// </summary>
    public static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParseExact(
            text, ["yyyy-MM-dd'T'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.fffK", "yyyy-MM-dd'T'HH:mm:ssK"],
            CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant
            : null;

    /// <summary>An instant as Salesforce itself writes it, so that what is read back equals what was sent.</summary>
    public static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture);

    /// <summary>An instant as a SOQL literal; milliseconds only where there are any, because the documented form has none.</summary>
    public static string Literal(DateTimeOffset instant) => instant.UtcDateTime.ToString(
        instant.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A list of quoted SOQL strings. Only ids come here, which hold nothing to escape.</summary>
    public static string Quoted(IEnumerable<string> ids) => string.Join(',', ids.Select(id => $"'{id}'"));

    /// <summary>Whether a name may stand in SOQL: letters, digits and underscores, beginning with a letter.</summary>
    public static bool IsFieldName(string name) =>
        name.Length is > 0 and <= 80 && char.IsAsciiLetter(name[0])
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_');

    /// <summary>A value as the field's type wants it in JSON; null clears.</summary>
    public static JsonNode? Json(string? value, string? fieldType) => (value, fieldType) switch
    {
        (null, _) => null,
        (_, "double" or "percent" or "currency" or "int")
            when decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        (_, "boolean") when bool.TryParse(value, out var flag) => JsonValue.Create(flag),
        _ => JsonValue.Create(SafeText.Clean(value)),
    };

    /// <summary>A field's value as text; blank is null.</summary>
    public static string? Text(JsonElement record, string field) => record.Text(field) is { Length: > 0 } text ? text : null;
}
