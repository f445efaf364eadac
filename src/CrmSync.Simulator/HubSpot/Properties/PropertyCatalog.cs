using System.Collections.Concurrent;

namespace CrmSync.Simulator.HubSpot.Properties;

/// <summary>Property definitions and groups of one object type. Reads are lock-free; writes take the catalog's lock.</summary>
internal sealed class PropertyCatalog
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, PropertyDefinition> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PropertyGroup> _groups = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public PropertyCatalog(HubSpotObjectType type)
    {
        Type = type;
        _groups[type.Singular + "information"] = new PropertyGroup(type.Singular + "information", char.ToUpperInvariant(type.Singular[0]) + type.Singular[1..] + " information", 0);
        foreach (var definition in StandardProperties.Of(type))
            Add(definition with { GroupName = type.Singular + "information" });
    }

    public HubSpotObjectType Type { get; }

    /// <summary>A live property, or null.</summary>
    public PropertyDefinition? Find(string name) => _byName.TryGetValue(name, out var found) && !found.Archived ? found : null;

    /// <summary>A property, archived or not, or null.</summary>
    public PropertyDefinition? FindAny(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A property of HubSpot's own that is known to exist.</summary>
    public PropertyDefinition Get(string name) => Find(name) ?? throw new ArgumentException($"{Type.Plural} have no property \"{name}\".", nameof(name));

    public ushort OrdinalOf(string name) => Get(name).Ordinal;

    /// <summary>Live or archived properties in the order of their creation.</summary>
    public IReadOnlyList<PropertyDefinition> List(bool archived)
    {
        lock (_lock)
            return [.. _order.Select(name => _byName[name]).Where(p => p.Archived == archived)];
    }

    public IReadOnlyList<PropertyGroup> ListGroups(bool archived) => [.. _groups.Values.Where(g => g.Archived == archived).OrderBy(g => g.Name, StringComparer.Ordinal)];

    public PropertyGroup? FindGroup(string name) => _groups.TryGetValue(name, out var found) && !found.Archived ? found : null;

    public void Put(PropertyGroup group) => _groups[group.Name] = group;

    /// <summary>Adds a property under the next ordinal. An archived namesake comes back as it was instead (fact sheet §6.1).</summary>
    /// <returns>The property, or null where a live one has the name.</returns>
    public PropertyDefinition? Add(PropertyDefinition wanted)
    {
        lock (_lock)
        {
            if (_byName.TryGetValue(wanted.Name, out var there))
            {
                if (!there.Archived)
                    return null;
                return _byName[there.Name] = there with { Archived = false, ArchivedAt = null };
            }
            var added = (wanted with { Ordinal = (ushort)_order.Count }).Encode();
            _order.Add(added.Name);
            return _byName[added.Name] = added;
        }
    }

    /// <summary>Replaces a live property by a changed copy.</summary>
    /// <returns>The new one, or null where there is none.</returns>
    public PropertyDefinition? Change(string name, Func<PropertyDefinition, PropertyDefinition> change)
    {
        lock (_lock)
            return Find(name) is { } there ? _byName[name] = change(there) : null;
    }
}
