namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Every value that a field ever had. Only changed fields cost memory: the first value stands in the record until then.</summary>
internal sealed class FieldHistory
{
    private readonly Dictionary<(string Id, string Field), List<SimulatedChange>> _changes = [];

    /// <summary>Keeps a change, called under the org's gate.</summary>
    public void Add(SalesforceRow before, SalesforceField field, object? value, WriteStamp by)
    {
        if (!_changes.TryGetValue((before.Id, field.Name), out List<SimulatedChange>? changes))
            _changes[(before.Id, field.Name)] = changes = [.. First(before, field)];
        changes.Add(new SimulatedChange(SalesforceText.Write(value), new DateTimeOffset(by.At), Name(by.By)));
    }

    /// <summary>Forgets the newest change of a field, which never happened after all.</summary>
    public void TakeBack(string id, string field)
    {
        if (_changes.TryGetValue((id, field), out List<SimulatedChange>? changes) && changes.Count > 0)
            changes.RemoveAt(changes.Count - 1);
    }

    public IReadOnlyList<SimulatedChange> Read(SalesforceRow row, SalesforceField field) =>
        _changes.TryGetValue((row.Id, field.Name), out List<SimulatedChange>? changes) ? [.. changes] : First(row, field);

    private static SimulatedChange[] First(SalesforceRow row, SalesforceField field)
    {
        string? value = SalesforceText.Write(row[field.Ordinal]);
        return value is null ? [] : [new SimulatedChange(value, Created(row), Name(row.Maker))];
    }

    private static DateTimeOffset Created(SalesforceRow row) => new((row["CreatedDate"] as DateTime?) ?? row.Stamp);

    private static string Name(Actor actor) => actor switch
    {
        Actor.Seed => "seed",
        Actor.App => "app",
        Actor.Person => "person",
        _ => throw new InvalidOperationException($"{actor} has no name."),
    };
}
