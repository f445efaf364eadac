using System.Xml.Linq;

namespace CrmSync.Connectors.Salesforce.Metadata;

/// <summary>A permission set, as metadata. Pure.</summary>
/// <param name="Name">API name.</param>
/// <param name="Label">What administrators read.</param>
/// <param name="Description">For whom it is.</param>
/// <param name="Editable">Whether the fields may be changed, too.</param>
/// <param name="Fields">Whose fields it grants.</param>
internal sealed record PermissionSetFile(string Name, string Label, string Description, bool Editable, IReadOnlyList<FieldFiles> Fields)
{
    /// <summary>Objects whose records may be read; true where they may be edited, too.</summary>
    public IReadOnlyDictionary<string, bool> Objects { get; init; } = new Dictionary<string, bool>();

    /// <summary>System permissions, by API name.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = [];

    /// <summary>The file, by path below the package folder.</summary>
    public (string Path, string Text) File() => ($"permissionsets/{Name}.permissionset-meta.xml", MetadataXml.Text(Xml()));

    private XElement Xml() => MetadataXml.Component(
        "PermissionSet",
        fullName: null,
        [
            MetadataXml.Element("description", Description),
            .. FieldNames().Select(field => MetadataXml.Element(
                "fieldPermissions",
                MetadataXml.Element("editable", Editable),
                MetadataXml.Element("field", field),
                MetadataXml.Element("readable", true))),
            MetadataXml.Element("hasActivationRequired", false),
            MetadataXml.Element("label", Label),
            .. Objects.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => MetadataXml.Element(
                "objectPermissions",
                MetadataXml.Element("allowCreate", false),
                MetadataXml.Element("allowDelete", false),
                MetadataXml.Element("allowEdit", pair.Value),
                MetadataXml.Element("allowRead", true),
                MetadataXml.Element("modifyAllRecords", false),
                MetadataXml.Element("object", pair.Key),
                MetadataXml.Element("viewAllRecords", false))),
            .. Permissions.Order(StringComparer.Ordinal).Select(permission => MetadataXml.Element(
                "userPermissions",
                MetadataXml.Element("enabled", true),
                MetadataXml.Element("name", permission))),
        ]);

    private IEnumerable<string> FieldNames() => Fields
        .SelectMany(files => files.Granted, (files, granted) => files.Definitions.Select(definition => $"{granted}.{definition.Name}"))
        .SelectMany(names => names)
        .Order(StringComparer.Ordinal);
}
