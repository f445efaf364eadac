using System.Collections.Concurrent;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Faults;

/// <summary>What an administrator does to a property while we rely on it, and how it is undone. One of each kind at a time.</summary>
internal sealed class PropertyFaults(Portal portal)
{
    private readonly ConcurrentDictionary<string, (PropertyCatalog Catalog, PropertyDefinition Before)> _undo = new();

    /// <summary>Deletes a property, or gives it another type: <c>type/property</c> or <c>type/property/new type</c>.</summary>
    public void Break(string? target)
    {
        var (catalog, property, rest) = Parse(target, "object type/property or object type/property/new type");
        Replace(DialCode.PropertyBroken, catalog, property, rest is null
            ? property with { Archived = true, ArchivedAt = portal.Now }
            : property with { Type = rest, FieldType = FieldTypeOf(rest), Options = [], UpdatedAt = portal.Now });
    }

    /// <summary>Removes an option: <c>type/property/value</c>; without a value the first.</summary>
    public void RemoveOption(string? target)
    {
        var (catalog, property, rest) = Parse(target, "object type/property/option value");
        var option = property.Options.FirstOrDefault(o => rest is null || o.Value == rest)
            ?? throw new ArgumentException($"Property {property.Name} of {catalog.Type.Plural} has no option \"{rest}\".", nameof(target));
        Replace(DialCode.OptionRemoved, catalog, property,
            property with { Options = [.. property.Options.Where(o => o != option)], UpdatedAt = portal.Now });
    }

    /// <summary>
    /// Makes a property read-only (<c>type/property</c>), or required on every write under version 2026-09 (<c>type/property/required</c>).
    /// </summary>
    public void Bar(string? target)
    {
        var (catalog, property, rest) = Parse(target, "object type/property or object type/property/required");
        if (rest is not (null or "required"))
            throw new ArgumentException($"\"{rest}\" is no rule; leave it out for read-only, or say required.", nameof(target));
        Replace(DialCode.WriteBarred, catalog, property,
            rest is null ? property with { ReadOnlyValue = true } : property with { Required = true });
    }

    /// <summary>Puts a property back as it was.</summary>
    public void Heal(string code)
    {
        if (_undo.TryRemove(code, out var undo))
            undo.Catalog.Put(undo.Before);
    }

    private void Replace(string code, PropertyCatalog catalog, PropertyDefinition before, PropertyDefinition after)
    {
        _undo[code] = (catalog, before);
        catalog.Put(after);
    }

    private (PropertyCatalog Catalog, PropertyDefinition Property, string? Third) Parse(string? target, string form)
    {
        if (target is null)
        {
            foreach (var type in HubSpotObjectType.All)
            {
                var own = portal.Catalog(type).List(archived: false).Where(p => !p.HubSpotDefined).ToList();
                if (own.Find(p => p.Type == "enumeration") is { } choice)
                    return (portal.Catalog(type), choice, null);
            }
            throw new ArgumentException($"The account has no property of its own yet; name one as {form}.", nameof(target));
        }
        var parts = target.Split('/', 3);
        if (parts.Length < 2 || HubSpotObjectType.Find(parts[0]) is not { } named)
            throw new ArgumentException($"\"{target}\" does not name a property; write {form}.", nameof(target));
        var catalog = portal.Catalog(named);
        return (catalog, catalog.Get(parts[1]), parts.Length == 3 ? parts[2] : null);
    }

    private static string FieldTypeOf(string type) => type switch
    {
        "string" => "text",
        "number" => "number",
        "date" or "datetime" => "date",
        "bool" => "booleancheckbox",
        _ => throw new ArgumentException($"A property cannot become \"{type}\"; use string, number, date, datetime or bool.", nameof(type)),
    };
}
