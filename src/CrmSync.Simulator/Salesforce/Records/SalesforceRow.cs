namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>A record at one moment. A change makes a new row, so a query's result stays what it was while others write.</summary>
internal sealed class SalesforceRow(SalesforceTable table, string id, object?[] values)
{
    public SalesforceTable Table { get; } = table;

    public string Id { get; } = id;

    /// <summary>Place in the index by (SystemModstamp, Id).</summary>
    public DateTime Stamp { get; init; }

    /// <summary>Row of the authored data, or null.</summary>
    public string? SourceId { get; init; }

    /// <summary>Who made the record.</summary>
    public Actor Maker { get; init; } = Actor.Seed;

    /// <summary>A value by its place; null also where the field is younger than the row.</summary>
    public object? this[int ordinal] => (uint)ordinal < (uint)values.Length ? values[ordinal] : null;

    /// <summary>A value by its field's name; null also where there is no such field.</summary>
    public object? this[string name] => Table.Fields.Find(name) is { } field ? this[field.Ordinal] : null;

    public string? Text(string name) => this[name] as string;

    public bool Flag(string name) => this[name] is true;

    /// <summary>The values, with room for every field that the object has now.</summary>
    public object?[] CopyValues()
    {
        var copy = new object?[Table.Fields.All.Count];
        values.CopyTo(copy, 0);
        return copy;
    }
}

/// <summary>Who writes: the start data, a client of the API, or a person in the CRM's pages.</summary>
internal enum Actor
{
    Seed,
    App,
    Person,
}
