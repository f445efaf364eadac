using System.Xml.Linq;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce.Metadata;

/// <summary>Our fields on one object, as metadata. Pure.</summary>
/// <param name="Entity">The object's API name; Activity stands for Task and Event.</param>
/// <param name="Definitions">The fields, in the order in which <c>setup</c> makes them.</param>
/// <param name="IsShared">Whether labels of activities that cannot hold their own stand here.</param>
internal sealed record FieldFiles(string Entity, IReadOnlyList<SalesforceFieldDefinition> Definitions, bool IsShared)
{
    // A field's help text takes 510 characters.
    private const int HelpLength = 510;

    /// <summary>The objects whose field-level security is granted: what Activity holds is granted for Task and again for Event.</summary>
    public IReadOnlyList<string> Granted => Entity == SalesforceFieldDefinition.Activity ? ["Event", "Task"] : [Entity];

    /// <summary>An object that is labelled itself.</summary>
    public static FieldFiles Own(string entity, IReadOnlyList<LabelProperty> wanted) => new(entity, SalesforceFieldDefinition.For(wanted, entity), IsShared: false);

    /// <summary>An object that holds labels of activities that cannot hold their own.</summary>
    public static FieldFiles Shared(string entity, IReadOnlyList<LabelProperty> wanted) =>
        new(entity, SalesforceFieldDefinition.For(wanted, entity), IsShared: true);

    /// <summary>Files by path below the package folder.</summary>
    public IEnumerable<(string Path, string Text)> Files() => Definitions.Select(definition => (
        $"objects/{Entity}/fields/{definition.Name}.field-meta.xml", MetadataXml.Text(Field(definition))));

    private XElement Field(SalesforceFieldDefinition definition)
    {
        var children = definition.Metadata.Select(property => MetadataXml.Element(property.Key, property.Value?.ToString())).ToList();
        children.Add(MetadataXml.Element("externalId", false));
        var help = Help(definition);
        children.Add(MetadataXml.Element("inlineHelpText", help.Length > HelpLength ? help[..HelpLength] : help));
        if (definition.Options.Count > 0)
            children.Add(ValueSet(definition.Options));
        return MetadataXml.Component("CustomField", definition.Name, children);
    }

    private string Help(SalesforceFieldDefinition definition)
    {
        if (definition.Options.Count == 0)
            return definition.Metadata["description"]!.ToString();
        return IsShared
            ? "Set by CrmSync: the label of the newest activity of this record that cannot hold its own, such as a note. A value that a person sets stays."
            : "Set by CrmSync from the text of this activity. If it is wrong, choose another value: what a person sets stays.";
    }

    // A restricted list refuses a value that is not in it; an open one takes any spelling and lists it from then on.
    private static XElement ValueSet(IReadOnlyList<LabelOption> options) => MetadataXml.Element(
        "valueSet",
        MetadataXml.Element("restricted", true),
        MetadataXml.Element(
            "valueSetDefinition",
            MetadataXml.Element("sorted", false),
            options.Select(option => MetadataXml.Element(
                "value",
                MetadataXml.Element("fullName", option.Value),
                MetadataXml.Element("default", false),
                MetadataXml.Element("label", option.Value)))));
}
