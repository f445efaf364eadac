using System.Text.Json;
using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Search;

/// <summary>What a filter compares with: one value, a pair or a list.</summary>
internal sealed record FilterOperand(string? Value, string? HighValue, string[] Values)
{
    /// <summary>Reads the operand and checks that it is of the kind that the operator wants.</summary>
    /// <exception cref="ApiRefusal">400.</exception>
    public static FilterOperand Read(JsonElement filter, string op, string name)
    {
        var operand = new FilterOperand(ApiCall.Text(filter, "value"), ApiCall.Text(filter, "highValue"), ReadValues(filter));
        var complete = op switch
        {
            "EQ" or "NEQ" or "LT" or "LTE" or "GT" or "GTE" or "CONTAINS_TOKEN" or "NOT_CONTAINS_TOKEN" => operand.Value is not null,
            "BETWEEN" => operand.Value is not null && operand.HighValue is not null,
            "IN" or "NOT_IN" => operand.Values.Length > 0,
            "HAS_PROPERTY" or "NOT_HAS_PROPERTY" => true,
            _ => throw SearchQuery.Wrong($"\"{op}\" is not a search operator."),
        };
        return complete ? operand : throw SearchQuery.Wrong($"The filter on \"{name}\" with operator {op} lacks its value.");
    }

    /// <summary>The value, and the high value where there is one, as whole numbers.</summary>
    public bool TryWhole(PropertyDefinition property, out long value, out long high)
    {
        high = long.MaxValue;
        value = 0;
        if (Value is null)
            return false;
        if (property.Type == "datetime")
            return HubSpotTime.TryParse(Value, out value) && (HighValue is null || HubSpotTime.TryParse(HighValue, out high));
        return long.TryParse(Value, out value) && (HighValue is null || long.TryParse(HighValue, out high));
    }

    /// <summary>A text of the operand as number of the property.</summary>
    /// <exception cref="ApiRefusal">400: it is none.</exception>
    public static double Number(PropertyDefinition property, string? text) => text is not null && RecordValues.TryNumber(property, text, out var number)
        ? number
        : throw SearchQuery.Wrong($"\"{text}\" is not a {property.Type} value for property \"{property.Name}\".");

    private static string[] ReadValues(JsonElement filter)
    {
        if (!filter.TryGetProperty("values", out var list) || list.ValueKind == JsonValueKind.Null)
            return [];
        if (list.ValueKind != JsonValueKind.Array)
            throw new ApiRefusal(ApiErrors.BrokenJson("values must be a list"));
        return [.. list.EnumerateArray().Select(v => PropertyValues.TextOf(v) ?? "")];
    }
}
