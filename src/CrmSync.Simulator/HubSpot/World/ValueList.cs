using System.Globalization;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.World;

/// <summary>Collects values by property name in the form that HubSpot keeps them: text.</summary>
internal sealed class ValueList(PropertyCatalog catalog)
{
    private readonly List<PropertyChange> _changes = [];

    public ValueList Set(string property, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            _changes.Add(new PropertyChange(catalog.OrdinalOf(property), value));
        return this;
    }

    public ValueList Set(string property, DateTimeOffset? value) => Set(property, value is { } at ? HubSpotTime.Format(at.ToUnixTimeMilliseconds()) : null);

    public ValueList Set(string property, long? value) => Set(property, value?.ToString(CultureInfo.InvariantCulture));

    public ValueList SetAmount(string property, decimal value) => Set(property, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets a value, or clears it where there is none.</summary>
    public ValueList SetOrClear(string property, string? value)
    {
        _changes.Add(new PropertyChange(catalog.OrdinalOf(property), string.IsNullOrEmpty(value) ? null : value));
        return this;
    }

    public PropertyChange[] ToArray() => [.. _changes];
}
