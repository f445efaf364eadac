using System.Globalization;
using System.Text.Json;

namespace CrmSync.Simulator.HubSpot.Properties;

/// <summary>What is wrong with one property value of a write.</summary>
internal sealed record InvalidValue(string Property, string Error, string Message);

/// <summary>Checks values against their definitions and brings them into the one form that is kept: text (fact sheet §2, §5).</summary>
internal static class PropertyValues
{
    public const int LongestText = 65_536;

    /// <summary>Text of a JSON value as HubSpot takes it; null clears, as "" does.</summary>
    /// <exception cref="FormatException">The value is an object, a list or broken text.</exception>
    public static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => ReadText(value) is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => null,
        _ => throw new FormatException("a property value must be text, a number, a boolean or null"),
    };

    /// <summary>
    /// Checks one value for a write by a client; <paramref name="before"/> matters for <c>;value</c>, which appends to a multi-select.
    /// </summary>
    public static InvalidValue? Check(PropertyDefinition property, string? before, string? value, out string? kept)
    {
        kept = value;
        if (property.ReadOnlyValue)
            return Wrong(property, "READ_ONLY_VALUE", $"\"{property.Name}\" is a read only property; its value cannot be set.");
        if (value is null)
            return null;
        switch (property.Type)
        {
            case "number":
                return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? null : Wrong(property, "INVALID_DOUBLE", $"{value} was not a valid number.");
            case "datetime" or "date":
                if (!HubSpotTime.TryParse(value, out var instant))
                    return Wrong(property, "INVALID_DATE", $"{value} was not a valid date or time.");
                if (property.Type == "date" && instant % 86_400_000 != 0)
                    return Wrong(property, "INVALID_DATE", $"{value} is at {HubSpotTime.Format(instant)}, not midnight!");
                kept = property.Type == "date" ? HubSpotTime.Format(instant)[..10] : HubSpotTime.Format(instant);
                return null;
            case "bool":
                kept = value.ToLowerInvariant();
                return kept is "true" or "false" ? null
                    : Wrong(property, "INVALID_OPTION", $"{value} was not one of the allowed options: [true, false]");
            case "enumeration" when !property.ExternalOptions:
                return CheckOptions(property, before, value, out kept);
            default:
                return value.Length <= LongestText ? null
                    : Wrong(property, "PROPERTY_TOO_LONG",
                        $"The value is {value.Length} characters long; at most {LongestText} are allowed.");
        }
    }

    /// <summary>
    /// A value as the CRM might store it instead of what was written: text trimmed and in lower case, numbers with two decimals, instants
    /// without their milliseconds. Choices stay, they are one of a list.
    /// </summary>
    public static string? Normalise(PropertyDefinition property, string? value) => value is null ? null : property.Type switch
    {
        "string" => value.Trim().ToLowerInvariant(),
        "number" => double.Parse(value, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture),
        "datetime" => HubSpotTime.TryParse(value, out var at) ? HubSpotTime.Format(at - (at % 1_000)) : value,
        _ => value,
    };

    public static InvalidValue Unknown(string name) => new(name, "PROPERTY_DOESNT_EXIST", $"Property \"{name}\" does not exist");

    private static InvalidValue? CheckOptions(PropertyDefinition property, string? before, string value, out string? kept)
    {
        kept = value;
        if (!property.TakesSeveral)
            return IsOption(property, value) ? null : BadOption(property, value);

        var appends = value.StartsWith(';');
        var chosen = new List<string>(appends && before is not null ? before.Split(';') : []);
        foreach (var one in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IsOption(property, one))
                return BadOption(property, one);
            if (!chosen.Contains(one, StringComparer.Ordinal))
                chosen.Add(one);
        }
        kept = string.Join(';', chosen);
        return null;
    }

    private static bool IsOption(PropertyDefinition property, string value)
    {
        foreach (var option in property.Options)
        {
            if (option.Value.Equals(value, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static InvalidValue BadOption(PropertyDefinition property, string value) => Wrong(property, "INVALID_OPTION",
        $"{value} was not one of the allowed options: [{string.Join(", ", property.Options.Select(o => $"label: \"{o.Label}\" value: \"{o.Value}\""))}]");

    private static InvalidValue Wrong(PropertyDefinition property, string error, string message) => new(property.Name, error, message);

    private static string ReadText(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException broken)
        {
            throw new FormatException("a property value holds broken Unicode (half of a surrogate pair)", broken);
        }
    }
}
