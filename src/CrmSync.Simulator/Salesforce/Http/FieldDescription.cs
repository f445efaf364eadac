using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>A field in a describe answer.</summary>
internal static class FieldDescription
{
    public static JsonNode Write(SalesforceField field) => new JsonObject
    {
        ["name"] = field.Name,
        ["label"] = field.Label,
        ["type"] = TypeName(field.Kind),
        ["soapType"] = SoapType(field.Kind),
        ["length"] = field.Length,
        ["precision"] = field.Precision,
        ["scale"] = field.Scale,
        ["custom"] = field.Custom,
        ["createable"] = field is { Createable: true, Trouble: FieldTrouble.None },
        ["updateable"] = field.IsSettable,
        ["nillable"] = field.Nillable && field.Kind != FieldKind.Id,
        ["calculated"] = false,
        ["unique"] = field.Unique,
        ["externalId"] = false,
        ["filterable"] = field.Filterable,
        ["sortable"] = field.Filterable,
        ["groupable"] = field.Filterable && field.Kind is not FieldKind.DateTime && !field.IsNumber,
        ["restrictedPicklist"] = field.Restricted,
        ["dependentPicklist"] = false,
        ["defaultedOnCreate"] = field.Kind is FieldKind.Id or FieldKind.Boolean,
        ["idLookup"] = field.Kind == FieldKind.Id,
        ["nameField"] = field.Name is "Name",
        ["polymorphicForeignKey"] = field.Polymorphic,
        ["relationshipName"] = field.Relationship,
        ["referenceTo"] = new JsonArray([.. field.ReferenceTo.Select(name => (JsonNode)name)]),
        ["picklistValues"] = new JsonArray([.. field.Values.Select(Choice)]),
    };

    private static JsonNode Choice(PicklistValue value) => new JsonObject
    {
        ["active"] = true,
        ["defaultValue"] = value.IsDefault,
        ["label"] = value.Label,
        ["validFor"] = null,
        ["value"] = value.Value,
    };

    private static string TypeName(FieldKind kind) => kind switch
    {
        FieldKind.Id => "id",
        FieldKind.Reference => "reference",
        FieldKind.Text => "string",
        FieldKind.TextArea => "textarea",
        FieldKind.Picklist => "picklist",
        FieldKind.Combobox => "combobox",
        FieldKind.Email => "email",
        FieldKind.Phone => "phone",
        FieldKind.Url => "url",
        FieldKind.Boolean => "boolean",
        FieldKind.Int => "int",
        FieldKind.Double => "double",
        FieldKind.Currency => "currency",
        FieldKind.Percent => "percent",
        FieldKind.Date => "date",
        FieldKind.DateTime => "datetime",
        FieldKind.Complex => "complexvalue",
        FieldKind.Address => "address",
        FieldKind.Base64 => "base64",
        _ => throw new InvalidOperationException($"{kind} has no name."),
    };

    private static string SoapType(FieldKind kind) => kind switch
    {
        FieldKind.Id or FieldKind.Reference => "tns:ID",
        FieldKind.Boolean => "xsd:boolean",
        FieldKind.Int => "xsd:int",
        FieldKind.Double or FieldKind.Currency or FieldKind.Percent => "xsd:double",
        FieldKind.Date => "xsd:date",
        FieldKind.DateTime => "xsd:dateTime",
        FieldKind.Address => "urn:address",
        FieldKind.Base64 => "xsd:base64Binary",
        _ => "xsd:string",
    };
}
