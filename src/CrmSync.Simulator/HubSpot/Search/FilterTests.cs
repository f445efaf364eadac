using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Search;

/// <summary>
/// The filter operators. Text is compared case-blind, except that lists want lower-case values for text properties; numbers, dates and record ids
/// compare as numbers. A blank value passes NOT_HAS_PROPERTY and NOT_CONTAINS_TOKEN only.
/// </summary>
internal static class FilterTests
{
    public static RecordTest Property(PropertyDefinition property, string op, FilterOperand operand)
    {
        if (op is "HAS_PROPERTY" or "NOT_HAS_PROPERTY")
        {
            var wanted = op == "HAS_PROPERTY";
            return (_, version) => (property.Server is not ServerValue.None || version.Values[property.Ordinal] is not null) == wanted;
        }
        if (op is "CONTAINS_TOKEN" or "NOT_CONTAINS_TOKEN")
        {
            var wanted = op == "CONTAINS_TOKEN";
            return (_, version) => (version.Values[property.Ordinal] is { } text && Tokens.Contain(text, operand.Value!)) == wanted;
        }
        return property.IsNumeric ? Numeric(property, op, operand) : Textual(property, op, operand);
    }

    /// <summary>Filters such as <c>associations.contact</c> EQ an id.</summary>
    public static RecordTest Association(string name, string op, FilterOperand operand)
    {
        var target = HubSpotObjectType.Find(name["associations.".Length..]) ?? throw SearchQuery.Wrong($"Property \"{name}\" does not exist.");
        var ids = op switch
        {
            "EQ" => [operand.Value!],
            "IN" => operand.Values,
            _ => throw SearchQuery.Wrong($"Operator {op} is not supported for \"{name}\"."),
        };
        var wanted = ids.Select(i => Http.ApiCall.IdOf(i) ?? throw SearchQuery.Wrong($"\"{i}\" is not a record id.")).ToHashSet();
        return (record, _) => Array.Exists(record.LinksTo(target), link => wanted.Contains(link.ToId));
    }

    private static RecordTest Numeric(PropertyDefinition property, string op, FilterOperand operand)
    {
        if (op is "IN" or "NOT_IN")
        {
            var values = operand.Values.Select(v => FilterOperand.Number(property, v)).ToHashSet();
            var wanted = op == "IN";
            return (record, version) => RecordValues.NumberOf(record, version, property) is { } number && values.Contains(number) == wanted;
        }
        var value = FilterOperand.Number(property, operand.Value);
        var high = op == "BETWEEN" ? FilterOperand.Number(property, operand.HighValue) : 0;
        Func<double, bool> test = op switch
        {
            "EQ" => n => n == value,
            "NEQ" => n => n != value,
            "LT" => n => n < value,
            "LTE" => n => n <= value,
            "GT" => n => n > value,
            "GTE" => n => n >= value,
            _ => n => n >= value && n <= high,
        };
        return (record, version) => RecordValues.NumberOf(record, version, property) is { } number && test(number);
    }

    private static RecordTest Textual(PropertyDefinition property, string op, FilterOperand operand)
    {
        if (op is "IN" or "NOT_IN")
        {
            var values = operand.Values.ToHashSet(StringComparer.Ordinal);
            var wanted = op == "IN";
            return (_, version) => version.Values[property.Ordinal] is { } text
                && Parts(property, text).Any(p => values.Contains(property.Type == "string" ? p.ToLowerInvariant() : p)) == wanted;
        }
        var (value, high) = (operand.Value!, operand.HighValue);
        Func<string, bool> test = op switch
        {
            "EQ" => text => Parts(property, text).Any(p => Compare(p, value) == 0),
            "NEQ" => text => !Parts(property, text).Any(p => Compare(p, value) == 0),
            "LT" => text => Compare(text, value) < 0,
            "LTE" => text => Compare(text, value) <= 0,
            "GT" => text => Compare(text, value) > 0,
            "GTE" => text => Compare(text, value) >= 0,
            _ => text => Compare(text, value) >= 0 && Compare(text, high) <= 0,
        };
        return (_, version) => version.Values[property.Ordinal] is { } text && test(text);
    }

    private static string[] Parts(PropertyDefinition property, string text) => property.TakesSeveral ? text.Split(';') : [text];

    private static int Compare(string text, string? other) => string.Compare(text, other, StringComparison.OrdinalIgnoreCase);
}
