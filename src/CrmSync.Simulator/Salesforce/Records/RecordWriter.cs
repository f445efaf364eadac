using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Setup;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>
/// Writes of API clients, in two steps, so that a collection can be checked whole before any of it is applied. Both steps run under the
/// org's gate, which the caller holds.
/// </summary>
internal sealed class RecordWriter(SalesforceOrg org, OrgSetup setup, SalesforceFaults faults)
{
    /// <summary>Checks a change of one record.</summary>
    /// <exception cref="SalesforceException">The whole request fails.</exception>
    public PreparedWrite? PrepareUpdate(SalesforceTable table, string? id, JsonObject body, out WriteProblem? problem)
    {
        SalesforceRow? row = FindLive(table, id, out problem);
        if (row is null)
            return null;
        List<FieldValue> values = ReadFields(table, body, creating: false, out problem);
        problem ??= Refuse(row.Id) ?? setup.Check(table, row, values);
        return problem is null ? new PreparedWrite(table, row, values) : null;
    }

    /// <summary>Checks a new record.</summary>
    /// <exception cref="SalesforceException">The whole request fails.</exception>
    public PreparedWrite? PrepareCreate(SalesforceTable table, JsonObject body, out WriteProblem? problem)
    {
        if (!table.Writable)
        {
            problem = new WriteProblem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", $"entity type cannot be inserted: {table.Label}");
            return null;
        }

        List<FieldValue> values = ReadFields(table, body, creating: true, out problem);
        problem ??= MissingRequired(table, values) ?? setup.Check(table, null, values);
        return problem is null ? new PreparedWrite(table, null, values) : null;
    }

    /// <summary>Checks a removal.</summary>
    public PreparedWrite? PrepareDelete(SalesforceTable table, string? id, out WriteProblem? problem)
    {
        SalesforceRow? row = FindLive(table, id, out problem);
        problem ??= row is null ? null : Refuse(row.Id);
        return problem is null && row is not null ? new PreparedWrite(table, row, [], Delete: true) : null;
    }

    /// <summary>Applies what was checked.</summary>
    /// <returns>The record's id.</returns>
    public string Apply(PreparedWrite write, WriteStamp by)
    {
        SalesforceTable table = write.Table;
        if (write is { Delete: true, Before: { } gone })
        {
            if (table.Fields.Find("IsDeleted") is not null)
                org.Update(gone, [new FieldValue("IsDeleted", true)], by);
            else
                table.Remove(gone.Id);
            setup.Changed(table);
            return gone.Id;
        }

        // Made before this write of the same request, a row may have moved on; the newest is what changes.
        SalesforceRow after = write.Before is { } before
            ? org.Update(table.Find(before.Id) ?? before, write.Values, by)
            : org.Insert(table, write.Values, by);
        if (table.Name == "Opportunity")
            StageHistory.Keep(org, write.Before, after, by);
        setup.Changed(table);
        return after.Id;
    }

    private static SalesforceRow? FindLive(SalesforceTable table, string? id, out WriteProblem? problem)
    {
        string? full = SalesforceId.Normalise(id);
        problem = (id, full) switch
        {
            (null or "", _) => new WriteProblem("MISSING_ARGUMENT", "Id not specified in an update call"),
            (_, null) => new WriteProblem("MALFORMED_ID", $"{table.Label} ID: id value of incorrect type: {id}", "Id"),
            _ when !full.StartsWith(table.Prefix, StringComparison.Ordinal) =>
                new WriteProblem("MALFORMED_ID", $"{table.Label} ID: id value of incorrect type: {id}", "Id"),
            _ => null,
        };
        if (problem is not null)
            return null;
        SalesforceRow? row = table.Find(full!);
        if (row is null)
            problem = new WriteProblem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
        else if (row.Flag("IsDeleted"))
            problem = new WriteProblem("ENTITY_IS_DELETED", "entity is deleted");
        return problem is null ? row : null;
    }

    private List<FieldValue> ReadFields(SalesforceTable table, JsonObject body, bool creating, out WriteProblem? problem)
    {
        List<FieldValue> values = [];
        problem = null;
        foreach ((string name, JsonNode? node) in body)
        {
            if (name is "attributes" || (!creating && name.Equals("id", StringComparison.OrdinalIgnoreCase)))
                continue;
            if (table.Fields.FindReadable(name) is not { } field)
            {
                string text = $"No such column '{name}' on sobject of type {table.Name}";
                if (faults.UnknownFieldFailsWholeRequest)
                    throw new SalesforceException(400, "INVALID_FIELD", text);
                problem ??= new WriteProblem("INVALID_FIELD", text, name);
                continue;
            }

            if (!(creating ? field.Createable : field.Updateable))
            {
                problem ??= new WriteProblem(
                    "INVALID_FIELD_FOR_INSERT_UPDATE",
                    $"Unable to create/update fields: {field.Name}. Please check the security settings of this field and verify that it is "
                    + "read/write for your profile or permission set.",
                    field.Name);
                continue;
            }

            object? value = JsonValueReader.Read(field, node, out WriteProblem? wrong);
            problem ??= wrong ?? CheckReference(field, value);
            values.Add(new FieldValue(field.Name, value));
        }

        return values;
    }

    private WriteProblem? CheckReference(SalesforceField field, object? value)
    {
        if (field.Kind != FieldKind.Reference || value is not string id)
            return null;
        SalesforceRow? target = org.FindById(id);
        if (target is null || target.Flag("IsDeleted"))
            return new WriteProblem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", field.Name);
        return field.ReferenceTo.Contains(target.Table.Name)
            ? null
            : new WriteProblem("FIELD_INTEGRITY_EXCEPTION", $"{field.Label}: id value of incorrect type: {id}", field.Name);
    }

    private WriteProblem? Refuse(string id)
    {
        if (faults.TakeLock(id))
            return new WriteProblem("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: " + id);
        return faults.InvalidReason(id) is { } reason ? new WriteProblem("FIELD_CUSTOM_VALIDATION_EXCEPTION", reason) : null;
    }

    private static WriteProblem? MissingRequired(SalesforceTable table, List<FieldValue> values)
    {
        string[] required = table.Name switch
        {
            "Account" or "PermissionSet" => ["Name"],
            "Contact" => ["LastName"],
            "Lead" => ["LastName", "Company"],
            "Opportunity" => ["Name", "StageName", "CloseDate"],
            "Event" => values.Any(v => v.Name == "ActivityDateTime") ? [] : ["StartDateTime"],
            "FieldPermissions" => ["ParentId", "SobjectType", "Field"],
            "PermissionSetAssignment" => ["AssigneeId", "PermissionSetId"],
            _ => [],
        };
        string[] missing = [.. required.Where(name => !values.Any(v => v.Name == name && v.Value is not null))];
        return missing.Length == 0
            ? null
            : new WriteProblem("REQUIRED_FIELD_MISSING", $"Required fields are missing: [{string.Join(", ", missing)}]", missing);
    }
}
