using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Setup;

/// <summary>
/// Who sees which custom field. A new field is invisible to the API until a permission set that the integration user is assigned to
/// grants it, for Task and again for Event where it is a field of Activity.
/// </summary>
internal sealed class OrgSetup(SalesforceOrg org)
{
    /// <summary>Checks rows of the permission objects before they are saved.</summary>
    public WriteProblem? Check(SalesforceTable table, SalesforceRow? before, IReadOnlyList<FieldValue> values) => table.Name switch
    {
        "FieldPermissions" => CheckFieldPermissions(table, before, values),
        "PermissionSet" when before is null => Duplicate(table, [Find(values, "Name")], "Name"),
        "PermissionSetAssignment" when before is null =>
            Duplicate(table, [Find(values, "AssigneeId"), Find(values, "PermissionSetId")], "AssigneeId", "PermissionSetId"),
        _ => null,
    };

    /// <summary>Makes a saved grant effective.</summary>
    public void Changed(SalesforceTable table)
    {
        if (table.Name is "FieldPermissions" or "PermissionSetAssignment" or "PermissionSet" or "CustomField")
            Refresh();
    }

    /// <summary>The objects that a custom field of an entity appears on: Activity stands for Task and Event; empty where fields are not taken.</summary>
    public IReadOnlyList<SalesforceTable> TablesOf(string entity) => entity switch
    {
        "Activity" => [org["Task"], org["Event"]],
        "EmailMessage" when org.FindTable(entity) is null => [],
        "Account" or "Contact" or "Lead" or "Opportunity" or "EmailMessage" or "User" => [org[entity]],
        _ => [],
    };

    private WriteProblem? CheckFieldPermissions(SalesforceTable table, SalesforceRow? before, IReadOnlyList<FieldValue> values)
    {
        bool Flag(string name) => (Find(values, name) ?? before?[name]) is true;
        string type = (string?)(Find(values, "SobjectType") ?? before?["SobjectType"]) ?? "";
        string name = (string?)(Find(values, "Field") ?? before?["Field"]) ?? "";
        if (Flag("PermissionsEdit") && !Flag("PermissionsRead"))
            return new WriteProblem("FIELD_INTEGRITY_EXCEPTION", $"Permission Edit {name} depends on permission(s): Read {name}", "PermissionsEdit");
        if (org.FindTable(type) is not { } target)
            return BadValue("Sobject Type Name", type, "SobjectType");
        bool known = name.StartsWith(target.Name + ".", StringComparison.Ordinal)
            && target.Fields.Find(name[(target.Name.Length + 1)..]) is { } field && (field.Trouble & FieldTrouble.Gone) == 0;
        if (!known)
            return BadValue("Field Name", name, "Field");
        return before is null ? Duplicate(table, [Find(values, "ParentId"), name], "ParentId", "Field") : null;
    }

    private static WriteProblem BadValue(string label, string value, string field) =>
        new("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", $"{label}: bad value for restricted picklist field: {value}", field);

    private static WriteProblem? Duplicate(SalesforceTable table, object?[] wanted, params string[] names)
    {
        SalesforceRow? same = table.Between(DateTime.MinValue, DateTime.MaxValue, descending: false)
            .FirstOrDefault(row => !row.Flag("IsDeleted") && names.Select(name => row[name]).SequenceEqual(wanted));
        return same is null
            ? null
            : new WriteProblem(
                "DUPLICATE_VALUE", $"duplicate value found: {string.Join(", ", names)} duplicates value on record with id: {same.Id}", names);
    }

    private void Refresh()
    {
        HashSet<string> assigned = [.. Live("PermissionSetAssignment").Where(row => row.Text("AssigneeId") == org.IntegrationUserId)
            .Select(row => row.Text("PermissionSetId")!)];
        ILookup<string, SalesforceRow> grants = Live("FieldPermissions").Where(row => assigned.Contains(row.Text("ParentId")!))
            .ToLookup(row => row.Text("Field")!, StringComparer.OrdinalIgnoreCase);
        foreach (SalesforceTable table in org.Tables)
        {
            foreach (SalesforceField field in table.Fields.All.Where(field => field.Custom))
            {
                bool readable = grants[$"{table.Name}.{field.Name}"].Any(grant => grant.Flag("PermissionsRead"));
                bool editable = grants[$"{table.Name}.{field.Name}"].Any(grant => grant.Flag("PermissionsEdit"));
                if (field.Readable != readable || field.Updateable != editable)
                    table.Fields = table.Fields.With(field with { Readable = readable, Updateable = editable, Createable = editable });
            }
        }
    }

    private IEnumerable<SalesforceRow> Live(string name) =>
        org[name].Between(DateTime.MinValue, DateTime.MaxValue, descending: false).Where(row => !row.Flag("IsDeleted"));

    private static object? Find(IReadOnlyList<FieldValue> values, string name) => values.FirstOrDefault(value => value.Name == name).Value;
}
