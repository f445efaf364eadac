using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Setup;

/// <summary>Reads the Metadata of a tooling CustomField (Metadata guide, CustomField).</summary>
internal static class CustomFieldMetadata
{
    private const int LongestChoice = 255;

    /// <exception cref="SalesforceException">The metadata is incomplete or of a type that is not simulated.</exception>
    public static SalesforceField Read(string name, JsonObject metadata, string? picklistName = null)
    {
        string type = Text(metadata, "type") ?? throw Missing("type");
        SalesforceField field = type switch
        {
            "Picklist" => ReadPicklist(name, metadata, picklistName),
            "Text" => new SalesforceField(name, FieldKind.Text) { Length = Number(metadata, "length") ?? throw Missing("length") },
            "TextArea" => new SalesforceField(name, FieldKind.TextArea) { Length = 255 },
            "LongTextArea" => new SalesforceField(name, FieldKind.TextArea) { Length = Number(metadata, "length") ?? throw Missing("length") },
            "Number" => Numeric(name, FieldKind.Double, metadata),
            "Percent" => Numeric(name, FieldKind.Percent, metadata),
            "Currency" => Numeric(name, FieldKind.Currency, metadata),
            "Checkbox" => new SalesforceField(name, FieldKind.Boolean) { Nillable = false },
            "Date" => new SalesforceField(name, FieldKind.Date),
            "DateTime" => new SalesforceField(name, FieldKind.DateTime),
            _ => throw new SalesforceException(400, "FIELD_INTEGRITY_EXCEPTION", $"Custom fields of type {type} are not simulated.", "Metadata"),
        };
        return field with
        {
            Label = Text(metadata, "label") ?? throw Missing("label"),
            Custom = true,
            Readable = false,
            Createable = false,
            Updateable = false,
        };
    }

    /// <summary>Picklist values after an update: given ones in the given order, then those that were left out, which Salesforce never deletes.</summary>
    public static IReadOnlyList<PicklistValue> Merge(IReadOnlyList<PicklistValue> before, IReadOnlyList<PicklistValue> given) =>
        [.. given, .. before.Where(old => !given.Any(value => value.Value == old.Value))];

    private static SalesforceField ReadPicklist(string name, JsonObject metadata, string? picklistName)
    {
        JsonObject set = metadata["valueSet"] as JsonObject ?? throw Missing("valueSet");
        JsonArray values = (set["valueSetDefinition"] as JsonObject)?["value"] as JsonArray ?? throw Missing("valueSetDefinition");
        List<PicklistValue> choices = [];
        foreach (JsonNode? node in values)
        {
            JsonObject value = node as JsonObject ?? throw Missing("value");
            // The tooling API says valueName where metadata files say fullName.
            string choice = (picklistName is null ? Text(value, "valueName") ?? Text(value, "fullName") : Text(value, picklistName))
                ?? throw Missing(picklistName ?? "valueName");
            if (choices.Any(other => other.Value == choice))
                throw new SalesforceException(400, "DUPLICATE_VALUE", $"duplicate picklist value: {choice}", "Metadata");
            choices.Add(new PicklistValue(choice, Text(value, "label") ?? choice, Flag(value, "default")));
        }

        return new SalesforceField(name, FieldKind.Picklist) { Length = LongestChoice, Restricted = Flag(set, "restricted"), Values = choices };
    }

    private static SalesforceField Numeric(string name, FieldKind kind, JsonObject metadata) => new(name, kind)
    {
        Precision = Number(metadata, "precision") ?? throw Missing("precision"),
        Scale = Number(metadata, "scale") ?? throw Missing("scale"),
    };

    private static string? Text(JsonObject from, string name) =>
        from[name]?.GetValueKind() == JsonValueKind.String ? from[name]!.GetValue<string>() : null;

    private static int? Number(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue(out int number) && number >= 0 ? number : null;

    private static bool Flag(JsonObject from, string name) => from[name]?.GetValueKind() == JsonValueKind.True;

    private static SalesforceException Missing(string name) =>
        new(400, "REQUIRED_FIELD_MISSING", $"Required fields are missing: [{name}]", "Metadata");
}
