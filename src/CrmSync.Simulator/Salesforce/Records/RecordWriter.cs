using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Setup;
using CrmSync.Simulator.Salesforce.Trouble;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>
/// Writes of API clients, in two steps, so that a collection can be checked whole before any of it is applied. Both steps run under the
/// org's gate, which the caller holds.
/// </summary>
internal sealed class RecordWriter(SalesforceOrg org, OrgSetup setup, WriteTrouble trouble, SalesforceSimulatorOptions options)
{
    /// <summary>Checks a change of one record.</summary>
    /// <exception cref="SalesforceException">The whole request fails.</exception>
    public PreparedWrite? PrepareUpdate(SalesforceTable table, string? id, JsonObject body, WireCall call, out WriteProblem? problem)
    {
        SalesforceRow? row = FindDisturbed(table, id, call, out problem);
        if (row is null)
            return null;
        List<FieldValue> values = trouble.Normalise(call, table, ReadFields(table, body, creating: false, out problem));
        problem ??= trouble.Refuse(call, row.Id) ?? RefuseSentMail(row, values) ?? setup.Check(table, row, values);
        return problem is null ? new PreparedWrite(table, row, values) : null;
    }

    /// <summary>Checks a new record.</summary>
    /// <exception cref="SalesforceException">The whole request fails.</exception>
    public PreparedWrite? PrepareCreate(SalesforceTable table, JsonObject body, WireCall call, out WriteProblem? problem)
    {
        if (!table.Writable)
        {
            problem = new WriteProblem("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", $"entity type cannot be inserted: {table.Label}");
            return null;
        }

        List<FieldValue> values = trouble.Normalise(call, table, ReadFields(table, body, creating: true, out problem));
        problem ??= trouble.Refuse(call, "") ?? MissingRequired(table, values) ?? setup.Check(table, null, values);
        return problem is null ? new PreparedWrite(table, null, values) : null;
    }

    /// <summary>Checks a removal.</summary>
    public PreparedWrite? PrepareDelete(SalesforceTable table, string? id, WireCall call, out WriteProblem? problem)
    {
        SalesforceRow? row = FindDisturbed(table, id, call, out problem);
        problem ??= row is null ? null : trouble.Refuse(call, row.Id);
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
            {
                org.Journal?.Note(table, gone.Id);
                table.Remove(gone.Id);
            }
            // A note takes its links along (Object reference, ContentDocumentLink).
            if (table.Name == "ContentNote")
            {
                foreach (SalesforceRow link in org["ContentDocumentLink"].Between(DateTime.MinValue, DateTime.MaxValue, descending: false).Where(link => link.Text("ContentDocumentId") == gone.Id).ToList())
                    org.Update(link, [new FieldValue("IsDeleted", true)], by);
            }
            setup.Changed(table);
            return gone.Id;
        }

        // Made before this write of the same request, a row may have moved on; the newest is what changes.
        SalesforceRow after = write.Before is { } before
            ? org.Update(table.Find(before.Id) ?? before, write.Values, by)
            : org.Insert(table, write.Values, by);
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
                if (options.UnknownFieldFailsWholeRequest)
                    throw new SalesforceException(400, "INVALID_FIELD", text);
                problem ??= new WriteProblem("INVALID_FIELD", text, name);
                continue;
            }

            if (!(creating ? field is { Createable: true, Trouble: FieldTrouble.None } : field.IsSettable))
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

    private SalesforceRow? FindDisturbed(SalesforceTable table, string? id, WireCall call, out WriteProblem? problem)
    {
        SalesforceRow? row = FindLive(table, id, out problem);
        if (row is null)
            return null;
        trouble.Disturb(call, row);
        return FindLive(table, id, out problem);
    }

    // Object reference, EmailMessage: a mail that is no draft lets change little.
    private WriteProblem? RefuseSentMail(SalesforceRow row, List<FieldValue> values)
    {
        if (row.Table.Name != "EmailMessage" || row.Text("Status") == options.EmailStatus.Draft)
            return null;
        string[] closed = [.. values.Select(value => row.Table.Fields[value.Name]).Where(field => !StandardMail.IsAlwaysOpen(field)).Select(field => field.Name)];
        return closed.Length == 0
            ? null
            : new WriteProblem("INVALID_FIELD_FOR_INSERT_UPDATE", $"Unable to create/update fields: {string.Join(", ", closed)}. The email is not a draft.", closed);
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
            "ContentNote" => ["Title"],
            "ContentDocumentLink" => ["ContentDocumentId", "LinkedEntityId"],
            "OpportunityContactRole" => ["OpportunityId", "ContactId"],
            "EmailMessage" => ["Status"],
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
