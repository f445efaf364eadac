using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Reads a field's value from a request, with the checks that Salesforce makes.</summary>
internal static class JsonValueReader
{
    /// <exception cref="SalesforceException">The JSON type does not fit; the whole request fails.</exception>
    public static object? Read(SalesforceField field, JsonNode? node, out WriteProblem? problem)
    {
        problem = null;
        object? value = node is null ? null : field switch
        {
            { Kind: FieldKind.Boolean } => node.GetValueKind() switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw Wrong("boolean", node),
            },
            { IsNumber: true } => ReadNumber(node),
            { Kind: FieldKind.Date } => SalesforceText.ReadDate(ReadText(node, "date")) ?? throw Wrong("date", node),
            { Kind: FieldKind.DateTime } => SalesforceText.ReadDateTime(ReadText(node, "datetime")) ?? throw Wrong("datetime", node),
            { Kind: FieldKind.Complex } => node.DeepClone(),
            { Kind: FieldKind.Base64 } => ReadBase64(node),
            _ => ReadText(node, "string"),
        };
        if (value is "")
            value = null;
        if (value is null && field.Kind == FieldKind.Boolean)
            throw SalesforceException.BadJson($"Cannot deserialize instance of boolean from VALUE_NULL for field {field.Name}");
        problem = value is null ? null : Check(field, ref value);
        return value;
    }

    private static WriteProblem? Check(SalesforceField field, ref object value)
    {
        if (field.IsIdentifier)
        {
            string? id = SalesforceId.Normalise((string)value);
            if (id is null)
                return new WriteProblem("MALFORMED_ID", $"{field.Label}: id value of incorrect type: {value}", field.Name);
            value = id;
        }
        else if (value is string text && field.Length > 0 && text.Length > field.Length)
        {
            string start = text[..Math.Min(text.Length, 40)];
            return new WriteProblem(
                "STRING_TOO_LONG",
                string.Create(CultureInfo.InvariantCulture, $"{field.Label}: data value too large: {start} (max length={field.Length})"),
                field.Name);
        }
        else if (field.Restricted && value is string choice && !field.Values.Any(v => v.Value == choice))
        {
            return new WriteProblem(
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", $"{field.Label}: bad value for restricted picklist field: {choice}", field.Name);
        }
        else if (value is decimal number && field.Precision > 0)
        {
            value = number = decimal.Round(number, field.Scale, MidpointRounding.AwayFromZero);
            if (Math.Abs(decimal.Truncate(number)) >= (decimal)Math.Pow(10, field.Precision - field.Scale))
            {
                return new WriteProblem(
                    "NUMBER_OUTSIDE_VALID_RANGE", $"{field.Label}: value outside of valid range on numeric field: {number}", field.Name);
            }
        }

        return null;
    }

    private static decimal ReadNumber(JsonNode node)
    {
        const NumberStyles style = NumberStyles.Float;
        string text = node.GetValueKind() is JsonValueKind.Number or JsonValueKind.String ? node.ToString() : throw Wrong("double", node);
        return decimal.TryParse(text, style, CultureInfo.InvariantCulture, out decimal number) ? number : throw Wrong("double", node);
    }

    private static string ReadText(JsonNode node, string type) => node.GetValueKind() switch
    {
        JsonValueKind.String => SalesforceText.Fit(ReadString(node), int.MaxValue),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False when type == "string" => node.ToJsonString(),
        _ => throw Wrong(type, node),
    };

    private static string ReadBase64(JsonNode node)
    {
        string text = ReadText(node, "base64");
        return Convert.TryFromBase64String(text, new byte[text.Length], out _) ? text : throw Wrong("base64", node);
    }

    private static string ReadString(JsonNode node)
    {
        try
        {
            return node.GetValue<string>();
        }
        catch (InvalidOperationException)
        {
            throw SalesforceException.BadJson("A string holds half of a surrogate pair.");
        }
    }

    private static SalesforceException Wrong(string type, JsonNode node) =>
        SalesforceException.BadJson($"Cannot deserialize instance of {type} from {node.GetValueKind()} value {Shorten(node.ToJsonString())}");

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60];
}
