using CrmSync.Tests.Testing;
using System.Xml.Linq;
using System.Xml.Schema;

namespace CrmSync.Tests.Deploy;

/// <summary>A metadata file, read for a test.</summary>
internal sealed record MetadataFile(XDocument Document)
{
    private static readonly XNamespace Namespace = "http://soap.sforce.com/2006/04/metadata";
    private static readonly XmlSchemaSet Schema = LoadSchema();

    public XElement Root => Document.Root!;

    public static MetadataFile Parse(string text) => new(XDocument.Parse(text));

    /// <summary>Every fault that our schema of the format finds.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        new XDocument(Document).Validate(Schema, (_, fault) => faults.Add(fault.Message));
        return faults;
    }

    public string? Text(string child) => Root.Element(Namespace + child)?.Value;

    public IReadOnlyList<XElement> All(string name) => [.. Root.Descendants(Namespace + name)];

    public IReadOnlyList<string> Texts(string name) => [.. All(name).Select(element => element.Value)];

    /// <summary>A picklist's values, in order.</summary>
    public IReadOnlyList<string> Values() => [.. All("value").Select(value => value.Element(Namespace + "fullName")!.Value)];

    /// <summary>Granted fields: name → whether it may be edited.</summary>
    public IReadOnlyDictionary<string, bool> Grants() => All("fieldPermissions").ToDictionary(
        grant => grant.Element(Namespace + "field")!.Value, grant => grant.Element(Namespace + "editable")!.Value == "true");

    private static XmlSchemaSet LoadSchema()
    {
        var schema = new XmlSchemaSet();
        schema.Add(Namespace.NamespaceName, Path.Combine(RepositoryFolder.PathOf("tests/CrmSync.Tests/Deploy"), "metadata.xsd"));
        schema.Compile();
        return schema;
    }
}
