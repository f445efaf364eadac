using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace CrmSync.Connectors.Salesforce.Metadata;

/// <summary>Writes metadata files the way Salesforce's own tools do, so that a later retrieve shows no difference in layout.</summary>
internal static class MetadataXml
{
    /// <summary>The namespace of every metadata file.</summary>
    public static readonly XNamespace Namespace = "http://soap.sforce.com/2006/04/metadata";

    /// <summary>An element with its children or its value.</summary>
    public static XElement Element(string name, params object?[] content) => new(Namespace + name, content);

    /// <summary>A component's element: its full name first, then everything else by name, which is the order that the schema wants.</summary>
    /// <param name="type">Metadata type.</param>
    /// <param name="fullName">Null where the file's name says it.</param>
    /// <param name="children">In any order; those of one name keep theirs.</param>
    public static XElement Component(string type, string? fullName, IEnumerable<XElement> children) => Element(
        type,
        fullName is null ? null : Element("fullName", fullName),
        children.OrderBy(child => child.Name.LocalName, StringComparer.Ordinal));

    /// <summary>The file's text: XML declaration, four spaces, LF at the end of every line.</summary>
    public static string Text(XElement root)
    {
        using var buffer = new MemoryStream();
        var layout = new XmlWriterSettings { Indent = true, IndentChars = "    ", NewLineChars = "\n", Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) };
        using (var writer = XmlWriter.Create(buffer, layout))
            root.Save(writer);
        return Encoding.UTF8.GetString(buffer.ToArray()).Replace("encoding=\"utf-8\"", "encoding=\"UTF-8\"", StringComparison.Ordinal) + "\n";
    }
}
