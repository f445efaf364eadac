using System.Globalization;
using System.Text.Json;

namespace CrmSync.Connectors.Http;

/// <summary>Reads JSON whose every part may be missing or of another kind than documented.</summary>
internal static class JsonFields
{
    /// <summary>A member, or an undefined element.</summary>
    public static JsonElement Child(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : default;

    /// <summary>The elements of an array member; none where it is missing.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) => element.Child(name).Items();

    /// <summary>The elements of an array; none where it is something else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>A member as text, cleaned; numbers and booleans as they stand; null where it is missing, null or a structure.</summary>
    public static string? Text(this JsonElement element, string name) => element.Child(name).Text();

    /// <summary>A value as text, cleaned; numbers and booleans as they stand; null otherwise.</summary>
    public static string? Text(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => SafeText.Read(element),
        JsonValueKind.Number => element.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array => null,
        _ => null,
    };

    /// <summary>A member as text, null where it is blank, too.</summary>
    public static string? Filled(this JsonElement element, string name) =>
        element.Text(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>A member that is true, as a boolean or as text.</summary>
    public static bool IsTrue(this JsonElement element, string name) =>
        string.Equals(element.Text(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A member as a number, also where it is text; null where it is neither.</summary>
    public static double? Number(this JsonElement element, string name) =>
        double.TryParse(element.Text(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
