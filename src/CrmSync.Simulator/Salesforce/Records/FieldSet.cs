using System.Collections.Frozen;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>The fields of an object at one moment. A change makes a new set; places of values never move.</summary>
internal sealed class FieldSet
{
    private readonly FrozenDictionary<string, SalesforceField> _byName;
    private readonly FrozenDictionary<string, SalesforceField> _byRelationship;

    public FieldSet(IEnumerable<SalesforceField> fields)
    {
        All = [.. fields.Select((field, ordinal) => field with { Ordinal = ordinal })];
        _byName = All.ToFrozenDictionary(field => field.Name, StringComparer.OrdinalIgnoreCase);
        _byRelationship = All.Where(field => field.Relationship is not null)
            .ToFrozenDictionary(field => field.Relationship!, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<SalesforceField> All { get; }

    public SalesforceField this[string name] => _byName[name];

    public SalesforceField? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Like <see cref="Find"/>, blind for what field-level security hides.</summary>
    public SalesforceField? FindReadable(string name) => Find(name) is { IsSeen: true } field ? field : null;

    public SalesforceField? FindRelationship(string name) => _byRelationship.GetValueOrDefault(name);

    public FieldSet With(SalesforceField field) =>
        Find(field.Name) is null ? new FieldSet([.. All, field]) : new FieldSet(All.Select(f => Same(f, field) ? field : f));

    private static bool Same(SalesforceField one, SalesforceField other) =>
        string.Equals(one.Name, other.Name, StringComparison.OrdinalIgnoreCase);
}
