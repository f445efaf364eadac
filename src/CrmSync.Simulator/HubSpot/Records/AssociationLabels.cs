using System.Collections.Concurrent;

namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>A portal's own association label (fact sheet §7, USER_DEFINED), as it reads in one direction.</summary>
/// <param name="TypeId">Its type id in this direction.</param>
/// <param name="From">Object type that it leads from.</param>
/// <param name="To">Object type that it leads to.</param>
/// <param name="Name">Internal name, never shown.</param>
/// <param name="Label">What people see in this direction.</param>
/// <param name="OppositeId">Type id of the other direction; the same id where the label reads alike from both sides.</param>
internal sealed record AssociationLabel(
    int TypeId, HubSpotObjectType From, HubSpotObjectType To, string Name, string Label, int OppositeId);

/// <summary>The labels that this portal defined beside HubSpot's own association types. Thread-safe.</summary>
internal sealed class AssociationLabels
{
    // Far from HubSpot's own ids, which an edge does not tell apart by category.
    private const int FirstId = 1_001;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(int TypeId, int From), AssociationLabel> _all = new();
    private int _next = FirstId;

    /// <summary>Defines a label; with an inverse wording the other direction gets an id of its own.</summary>
    /// <returns>The label as it reads from here, and from there where that differs; none where the name is taken.</returns>
    public IReadOnlyList<AssociationLabel> Define(HubSpotObjectType from, HubSpotObjectType to, string name, string label, string? inverse)
    {
        lock (_lock)
        {
            if (Between(from, to).Any(l => l.Name == name || l.Label == label))
                return [];
            var id = _next++;
            var oppositeId = inverse is null ? id : _next++;
            var forth = new AssociationLabel(id, from, to, name, label, oppositeId);
            var back = new AssociationLabel(oppositeId, to, from, name, inverse ?? label, id);
            _all[(id, from.Index)] = forth;
            _all[(oppositeId, to.Index)] = back;
            return inverse is null ? [forth] : [forth, back];
        }
    }

    public IEnumerable<AssociationLabel> Between(HubSpotObjectType from, HubSpotObjectType to) =>
        _all.Values.Where(l => l.From == from && l.To == to).OrderBy(l => l.TypeId);

    /// <summary>A label that leads from this object type to that; null where there is none.</summary>
    public AssociationLabel? Find(HubSpotObjectType from, HubSpotObjectType to, int typeId) =>
        _all.TryGetValue((typeId, from.Index), out var found) && found.To == to ? found : null;

    /// <summary>Gives a label another wording.</summary>
    public AssociationLabel? Rename(HubSpotObjectType from, HubSpotObjectType to, int typeId, string label)
    {
        lock (_lock)
            return Find(from, to, typeId) is { } there ? _all[(typeId, from.Index)] = there with { Label = label } : null;
    }

    public bool Remove(HubSpotObjectType from, HubSpotObjectType to, int typeId)
    {
        lock (_lock)
        {
            if (Find(from, to, typeId) is not { } there)
                return false;
            _all.TryRemove((typeId, from.Index), out _);
            _all.TryRemove((there.OppositeId, to.Index), out _);
            return true;
        }
    }

    /// <summary>The words of a type, HubSpot's or the portal's own; null where it has none.</summary>
    public string? TextOf(HubSpotObjectType from, int typeId) => AssociationTypes.IsHubSpotDefined(typeId)
        ? AssociationTypes.LabelOf(typeId) : _all.TryGetValue((typeId, from.Index), out var own) ? own.Label : null;

    /// <summary>The same association seen from the other side.</summary>
    public int OppositeOf(HubSpotObjectType from, int typeId) => AssociationTypes.IsHubSpotDefined(typeId)
        ? AssociationTypes.OppositeOf(typeId) : _all.TryGetValue((typeId, from.Index), out var own) ? own.OppositeId : typeId;
}
