using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Taxonomies;

/// <summary>A label as somebody typed it.</summary>
/// <param name="Id">Permanent slug; fixed for labels that are there.</param>
/// <param name="Name">What people read.</param>
/// <param name="Value">Value in the CRM.</param>
/// <param name="Definition">What it covers.</param>
/// <param name="Colour"><c>#rrggbb</c>.</param>
/// <param name="Cues">A phrase per line.</param>
/// <param name="NegativeCues">A phrase per line.</param>
/// <param name="Examples">An example per line.</param>
/// <param name="Retired">Whether the new version lacks it.</param>
internal sealed record LabelDraft(string Id, string Name, string Value, string Definition, string Colour, string Cues, string NegativeCues, string Examples, bool Retired)
{
    /// <summary>A label as it is.</summary>
    public static LabelDraft Of(LabelDefinition label) => new(
        label.Id, label.Name, label.Value, label.Definition, label.Colour, string.Join('\n', label.Cues), string.Join('\n', label.NegativeCues), string.Join('\n', label.Examples), false);
}

/// <summary>A new version as somebody typed it. What the page does not show stays as it was.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Name">Name of the taxonomy.</param>
/// <param name="Labels">Its labels, in display order.</param>
internal sealed record TaxonomyDraft(string Version, string Name, IReadOnlyList<LabelDraft> Labels)
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>A draft that changes nothing yet but the version.</summary>
    public static TaxonomyDraft Of(Taxonomy taxonomy, IEnumerable<string> knownVersions) =>
        new(Next(taxonomy.Version, [.. knownVersions]), taxonomy.Name, [.. taxonomy.Labels.Select(LabelDraft.Of)]);

    /// <summary>The file of the new version.</summary>
    /// <exception cref="TaxonomyException">Something is wrong with it; all faults are listed.</exception>
    public Taxonomy Write(Taxonomy from)
    {
        var root = JsonNode.Parse(from.Text, documentOptions: Lenient)!.AsObject();
        root["version"] = Version.Trim();
        root["name"] = Name.Trim();
        root["labels"] = new JsonArray([.. Labels.Where(label => !label.Retired).Select(label => (JsonNode)new JsonObject
        {
            ["id"] = label.Id.Trim(), ["value"] = label.Value.Trim(), ["name"] = label.Name.Trim(), ["definition"] = label.Definition.Trim(),
            ["cues"] = Lines(label.Cues), ["negativeCues"] = Lines(label.NegativeCues), ["examples"] = Lines(label.Examples), ["colour"] = label.Colour.Trim(),
        })]);
        return TaxonomyFile.Parse(root.ToJsonString(Written), $"version {Version.Trim()} of {from.Id}");
    }

    private static JsonArray Lines(string text) => new([.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => (JsonNode)JsonValue.Create(line)!)]);

    // 1 → 2; a name that is no number gets a number behind it.
    private static string Next(string version, IReadOnlyCollection<string> known)
    {
        for (var number = int.TryParse(version, out var last) && last is > 0 and < 1_000_000 ? last + 1 : 2; ; number++)
        {
            var name = int.TryParse(version, out _) ? $"{number}" : $"{version}-{number}";
            if (!known.Contains(name))
                return name;
        }
    }
}
