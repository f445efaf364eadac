using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>A path that was found: its field, the parents on the way, and how to read it from a row.</summary>
/// <param name="Field">The field at the end.</param>
/// <param name="Parents">Names of the parents as Salesforce writes them, with how to reach each from the row before.</param>
/// <param name="Read">Value for a row of the query's object; null where a parent is missing.</param>
internal sealed record BoundPath(SalesforceField Field, IReadOnlyList<BoundParent> Parents, Func<SalesforceRow, object?> Read);

/// <summary>A step to a parent.</summary>
internal sealed record BoundParent(string Name, Func<SalesforceRow, SalesforceRow?> Resolve);

/// <summary>Finds what paths mean in an org, and refuses what does not exist or is hidden, in one and the same words.</summary>
internal sealed class SoqlPathBinder(SalesforceOrg org, string statement)
{
    // Fields of the common Name object, which Who, What and an activity's Owner are answered as.
    private static readonly SalesforceField[] NameFields =
    [
        new("Id", FieldKind.Id), new("Type", FieldKind.Picklist), .. new[] { "Name", "FirstName", "LastName", "Title", "Username", "Alias" }
            .Select(name => new SalesforceField(name, FieldKind.Text)),
        new("Email", FieldKind.Email), new("Phone", FieldKind.Phone),
    ];

    public BoundPath Bind(SoqlPath path, SalesforceTable start)
    {
        SalesforceTable? table = start;
        List<BoundParent> parents = [];
        for (int i = 0; i < path.Parts.Count - 1; i++)
        {
            SalesforceField reference = table?.Fields.FindRelationship(path.Parts[i]) ?? throw NoRelationship(path, path.Parts[i]);
            int ordinal = reference.Ordinal;
            parents.Add(new BoundParent(reference.Relationship!, row => org.FindById(row[ordinal] as string)));
            table = reference.Polymorphic ? null : org.FindTable(reference.ReferenceTo[0]) ?? throw NoRelationship(path, path.Parts[i]);
        }

        string last = path.Parts[^1];
        return table is null ? BindName(path, last, parents) : BindField(path, last, table, parents);
    }

    /// <summary>Finds the object at the other end of a relationship's name, and the name as Salesforce writes it.</summary>
    public (string Name, Func<SalesforceRow, SalesforceRow?> Resolve) BindParent(SoqlPath path, SalesforceTable start)
    {
        SalesforceField reference = (path.Parts.Count == 1 ? start.Fields.FindRelationship(path.Parts[0]) : null) is { Polymorphic: true } found
            ? found
            : throw NoRelationship(path, path.ToString());
        int ordinal = reference.Ordinal;
        return (reference.Relationship!, row => org.FindById(row[ordinal] as string));
    }

    public SalesforceTable? FindTable(string name) => org.FindTable(name);

    public SoqlException Refuse(SoqlPath path, string errorCode, string reason) => SoqlException.At(errorCode, statement, path.Position, reason);

    private BoundPath BindField(SoqlPath path, string name, SalesforceTable table, List<BoundParent> parents)
    {
        SalesforceField field = table.Fields.FindReadable(name) ?? throw NoColumn(path, name, table.Name);
        return new BoundPath(field, parents, Through(parents, field.Reader()));
    }

    private BoundPath BindName(SoqlPath path, string name, List<BoundParent> parents)
    {
        SalesforceField field = NameFields.FirstOrDefault(f => string.Equals(f.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw NoColumn(path, name, "Name");
        Func<SalesforceRow, object?> read = field.Name == "Type" ? row => row.Table.Name : row => row[field.Name];
        return new BoundPath(field, parents, Through(parents, read));
    }

    private static Func<SalesforceRow, object?> Through(List<BoundParent> parents, Func<SalesforceRow, object?> read)
    {
        for (int i = parents.Count - 1; i >= 0; i--)
        {
            Func<SalesforceRow, SalesforceRow?> resolve = parents[i].Resolve;
            Func<SalesforceRow, object?> inner = read;
            read = row => resolve(row) is { } parent ? inner(parent) : null;
        }

        return read;
    }

    private SoqlException NoColumn(SoqlPath path, string name, string entity) => Refuse(
        path,
        "INVALID_FIELD",
        $"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the "
        + "custom field name. Please reference your WSDL or the describe call for the appropriate names.");

    private SoqlException NoRelationship(SoqlPath path, string name) => Refuse(
        path,
        "INVALID_FIELD",
        $"Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be sure to append the "
        + "'__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.");
}
