using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Setup;

/// <summary>Creates and changes custom fields. The caller holds the org's gate.</summary>
internal sealed class CustomFieldStore(SalesforceOrg org, OrgSetup setup, SalesforceSimulatorOptions options)
{
    private const string Suffix = "__c";

    /// <exception cref="SalesforceException">Salesforce would refuse it.</exception>
    public string Create(JsonObject body)
    {
        string fullName = body["FullName"]?.GetValueKind() == JsonValueKind.String
            ? body["FullName"]!.GetValue<string>()
            : throw new SalesforceException(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [FullName]", "FullName");
        JsonObject metadata = ReadMetadata(body);
        (string entity, string name) = Split(fullName);
        IReadOnlyList<SalesforceTable> tables = setup.TablesOf(entity);
        if (tables.Count == 0)
            throw new SalesforceException(
                400,
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                $"Custom Object Definition ID: bad value for restricted picklist field: {entity}",
                "FullName");
        SalesforceField field = CustomFieldMetadata.Read(name, metadata, options.ToolingPicklistName);
        if (entity == "Activity" && tables[0].Fields.All.Count(f => f.Custom) >= options.ActivityCustomFields)
            throw new SalesforceException(400, "LIMIT_EXCEEDED", "You have reached the maximum number of custom fields on Activity.", "FullName");
        if (tables[0].Fields.Find(name) is { } other && (other.Trouble & FieldTrouble.Gone) == 0)
            throw new SalesforceException(
                400, "DUPLICATE_DEVELOPER_NAME", $"There is already a field named {name[..^Suffix.Length]} on {entity}.", "FullName");

        foreach (SalesforceTable table in tables)
            table.Fields = table.Fields.With(field);
        SalesforceRow row = org.Insert(
            org["CustomField"],
            [
                new("DeveloperName", name[..^Suffix.Length]), new("TableEnumOrId", entity), new("FullName", fullName),
                new("ManageableState", "unmanaged"), new("Metadata", metadata.DeepClone()),
            ],
            org.AsApp);
        setup.Changed(row.Table);
        return row.Id;
    }

    /// <exception cref="SalesforceException">Salesforce would refuse it.</exception>
    public void Update(SalesforceRow row, JsonObject body)
    {
        JsonObject metadata = ReadMetadata(body);
        (string entity, string name) = Split(row.Text("FullName")!);
        foreach (SalesforceTable table in setup.TablesOf(entity))
        {
            SalesforceField before = table.Fields[name];
            SalesforceField after = CustomFieldMetadata.Read(before.Name, metadata, options.ToolingPicklistName);
            if (after.Kind != before.Kind)
                throw new SalesforceException(400, "FIELD_INTEGRITY_EXCEPTION", $"Changing the type of {entity}.{name} is not simulated.", "Metadata");
            table.Fields = table.Fields.With(after with
            {
                Values = options.ToolingDropsLeftOutValues ? after.Values : CustomFieldMetadata.Merge(before.Values, after.Values),
                Trouble = before.Trouble,
                Readable = before.Readable,
                Createable = before.Createable,
                Updateable = before.Updateable,
            });
        }

        org.Update(row, [new("Metadata", metadata.DeepClone())], org.AsApp);
    }

    private static JsonObject ReadMetadata(JsonObject body) => body["Metadata"] as JsonObject
        ?? throw new SalesforceException(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [Metadata]", "Metadata");

    private static (string Entity, string Name) Split(string fullName)
    {
        int dot = fullName.IndexOf('.', StringComparison.Ordinal);
        string name = fullName[(dot + 1)..];
        bool wellFormed = dot > 0 && name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length > Suffix.Length && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        return wellFormed
            ? (fullName[..dot], name)
            : throw new SalesforceException(
                400,
                "INVALID_INPUT",
                $"FullName must be an object and a field's name ending in {Suffix}, such as Activity.Stage{Suffix}: {fullName}",
                "FullName");
    }
}
