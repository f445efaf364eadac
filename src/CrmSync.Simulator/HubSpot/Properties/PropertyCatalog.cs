using System.Collections.Concurrent;

namespace CrmSync.Simulator.HubSpot.Properties;

/// <summary>Property definitions and groups of one object type. Reads are lock-free; writes take the catalog's lock.</summary>
internal sealed class PropertyCatalog
{
    private const long Kept = 90L * 24 * 3_600_000;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, PropertyDefinition> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PropertyGroup> _groups = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public PropertyCatalog(HubSpotObjectType type, string canceled)
    {
        Type = type;
        _groups[type.Singular + "information"] = new PropertyGroup(type.Singular + "information",
            char.ToUpperInvariant(type.Singular[0]) + type.Singular[1..] + " information", 0);
        foreach (var definition in StandardProperties.Of(type, canceled))
            Add(definition with { GroupName = type.Singular + "information" });
    }

    public HubSpotObjectType Type { get; }

    /// <summary>A live property, or null.</summary>
    public PropertyDefinition? Find(string name) => _byName.TryGetValue(name, out var found) && !found.Archived ? found : null;

    /// <summary>A property, archived or not, or null.</summary>
    public PropertyDefinition? FindAny(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A property of HubSpot's own that is known to exist.</summary>
    public PropertyDefinition Get(string name) => Find(name)
        ?? throw new ArgumentException($"{Type.Plural} have no property \"{name}\".", nameof(name));

    public ushort OrdinalOf(string name) => (FindAny(name) ?? Get(name)).Ordinal;

    /// <summary>Name of the property that holds a place in property bags.</summary>
    public string NameOf(ushort ordinal)
    {
        lock (_lock)
            return _order[ordinal];
    }

    /// <summary>Properties that an administrator's rule wants filled on every write.</summary>
    public IEnumerable<string> RequiredNames => _byName.Values.Where(p => p is { Required: true, Archived: false }).Select(p => p.Name);

    /// <summary>Live or archived properties in the order of their creation.</summary>
    public IReadOnlyList<PropertyDefinition> List(bool archived)
    {
        lock (_lock)
            return [.. _order.Select(name => _byName[name]).Where(p => p.Archived == archived)];
    }

    public IReadOnlyList<PropertyGroup> ListGroups(bool archived) =>
        [.. _groups.Values.Where(g => g.Archived == archived).OrderBy(g => g.Name, StringComparer.Ordinal)];

    public PropertyGroup? FindGroup(string name) => _groups.TryGetValue(name, out var found) && !found.Archived ? found : null;

    /// <summary>Puts a property in the place of its namesake, archived or not.</summary>
    public void Put(PropertyDefinition property)
    {
        lock (_lock)
            _byName[property.Name] = property;
    }

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
                // After 90 days the old one is gone for good; its place in the bags stays.
                return _byName[there.Name] = wanted.CreatedAt - there.ArchivedAt > Kept
                    ? (wanted with { Ordinal = there.Ordinal }).Encode()
                    : there with { Archived = false, ArchivedAt = null };
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
