using System.Text.Json;
using CrmSync.Simulator.HubSpot.Http;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Search;

/// <summary>Decides whether a record as it stood passes a filter.</summary>
internal delegate bool RecordTest(CrmRecord record, RecordVersion version);

/// <summary>A closed range of whole numbers.</summary>
internal struct Range64()
{
    public long Least { get; private set; } = long.MinValue + 1;

    public long Most { get; private set; } = long.MaxValue;

    public readonly bool Holds(long value) => value >= Least && value <= Most;

    /// <summary>Narrows by an operator; false where it is no range operator.</summary>
    public bool Narrow(string op, long value, long high)
    {
        switch (op)
        {
            case "EQ":
                (Least, Most) = (Math.Max(Least, value), Math.Min(Most, value));
                return true;
            case "GT" when value < long.MaxValue:
                Least = Math.Max(Least, value + 1);
                return true;
            case "GTE":
                Least = Math.Max(Least, value);
                return true;
            case "LT" when value > long.MinValue:
                Most = Math.Min(Most, value - 1);
                return true;
            case "LTE":
                Most = Math.Min(Most, value);
                return true;
            case "BETWEEN":
                (Least, Most) = (Math.Max(Least, value), Math.Min(Most, high));
                return true;
            default:
                return false;
        }
    }
}

/// <summary>
/// Filters that all must pass. Ranges of the record id and of the last-modified instant are kept apart, because they are what an
/// incremental read asks for and can be answered without touching the records.
/// </summary>
internal sealed class FilterGroup
{
    private FilterGroup(Range64 ids, Range64 modified, RecordTest[] others)
    {
        Ids = ids;
        Modified = modified;
        Others = others;
    }

    public static FilterGroup All { get; } = new(new Range64(), new Range64(), []);

    public Range64 Ids { get; }

    public Range64 Modified { get; }

    public RecordTest[] Others { get; }

    public bool Matches(CrmRecord record, RecordVersion version)
    {
        if (!Ids.Holds(record.Id) || !Modified.Holds(version.ModifiedAt))
            return false;
        foreach (var test in Others)
        {
            if (!test(record, version))
                return false;
        }
        return true;
    }

    public static FilterGroup Read(JsonElement[] filters, PropertyCatalog catalog, bool takesIso)
    {
        var ids = new Range64();
        var modified = new Range64();
        var others = new List<RecordTest>();
        foreach (var filter in filters)
        {
            var name = ApiCall.Text(filter, "propertyName") ?? "";
            var op = ApiCall.Text(filter, "operator") ?? "";
            var operand = FilterOperand.Read(filter, op, name);
            if (name.StartsWith("associations.", StringComparison.Ordinal))
            {
                others.Add(FilterTests.Association(name, op, operand));
                continue;
            }
            var property = catalog.Find(name) ?? throw SearchQuery.Wrong($"Property \"{name}\" does not exist.");
            if (!takesIso && property.Type is "datetime" && operand.Value is { } instant && !long.TryParse(instant, out _))
                throw SearchQuery.Wrong($"\"{instant}\" is not an instant in epoch milliseconds for property \"{name}\".");
            var asRange = property.Server switch
            {
                ServerValue.ObjectId when operand.TryWhole(property, out var value, out var high) => ids.Narrow(op, value, high),
                ServerValue.ModifiedAt when operand.TryWhole(property, out var value, out var high) => modified.Narrow(op, value, high),
                _ => false,
            };
            if (!asRange)
                others.Add(FilterTests.Property(property, op, operand));
        }
        return new FilterGroup(ids, modified, [.. others]);
    }
}
