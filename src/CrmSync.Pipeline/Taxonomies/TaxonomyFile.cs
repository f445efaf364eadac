using System.Security.Cryptography;
using System.Text.Json;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Taxonomies;

/// <summary>Reads a taxonomy file (<c>"schema": "crmsync/taxonomy/1"</c>).</summary>
public static class TaxonomyFile
{
    /// <summary>The only schema that this version reads.</summary>
    public const string Schema = "crmsync/taxonomy/1";

    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads one file.</summary>
    /// <param name="json">Content of the file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="TaxonomyException">Anything is wrong; all faults are listed.</exception>
    public static Taxonomy Parse(string json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Read(document.RootElement, new FaultReader(file)) with { Text = json, Checksum = Fingerprint(document.RootElement) };
        }
        catch (JsonException exception)
        {
            throw new TaxonomyException($"{file}, line {exception.LineNumber + 1}: this is not JSON ({exception.Message}); correct the line.", exception);
        }
        catch (InvalidOperationException exception)
        {
            // A string with broken surrogates parses but cannot be read.
            throw new TaxonomyException($"{file}: a text holds characters that are not valid Unicode ({exception.Message}); type it anew.", exception);
        }
    }

    private static string Fingerprint(JsonElement root)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            root.WriteTo(writer);
        return Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }

    private static Taxonomy Read(JsonElement root, FaultReader reader)
    {
        if (!reader.IsObject(root, "the file"))
            throw new TaxonomyException(reader.Faults);
        var schema = reader.Text(root, "schema", "schema");
        if (schema.Length > 0 && schema != Schema)
            reader.Add("schema", $"\"{schema}\" is unknown", $"this version reads \"{Schema}\"");
        var taxonomy = new Taxonomy(
            reader.Slug(root, "id", "id"),
            reader.Text(root, "version", "version"),
            reader.Text(root, "name", "name"),
            reader.Flag(root, "abstains", "abstains"),
            ReadProperties(root, reader),
            ReadLabels(root, reader),
            ReadTypes(root, reader));
        return reader.Faults.Count == 0 ? taxonomy : throw new TaxonomyException(reader.Faults);
    }

    private static Dictionary<string, string> ReadProperties(JsonElement root, FaultReader reader)
    {
        Dictionary<string, string> properties = new(StringComparer.OrdinalIgnoreCase);
        if (!root.TryGetProperty("properties", out var element) || element.ValueKind != JsonValueKind.Object || !element.EnumerateObject().Any())
        {
            reader.Add("properties", "is missing or empty", "name the property per CRM, such as {\"hubspot\": \"my_label\"}");
            return properties;
        }
        foreach (var property in element.EnumerateObject())
        {
            var name = reader.Text(element, property.Name, $"properties.{property.Name}");
            if (!properties.TryAdd(property.Name, name))
                reader.Add($"properties.{property.Name}", "stands twice", "keep one");
        }
        return properties;
    }

    private static List<LabelDefinition> ReadLabels(JsonElement root, FaultReader reader)
    {
        List<LabelDefinition> labels = [];
        if (!root.TryGetProperty("labels", out var element) || element.ValueKind != JsonValueKind.Array || element.GetArrayLength() < 2)
        {
            reader.Add("labels", "needs at least two entries", "add the labels that the CRM property may take");
            return labels;
        }
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        var index = 0;
        foreach (var label in element.EnumerateArray())
        {
            var place = $"labels[{index++}]";
            if (!reader.IsObject(label, place))
                continue;
            var definition = new LabelDefinition(
                reader.Slug(label, "id", $"{place}.id"),
                reader.Text(label, "value", $"{place}.value"),
                reader.Text(label, "name", $"{place}.name"),
                reader.Text(label, "definition", $"{place}.definition"),
                reader.Texts(label, "cues", place),
                reader.Texts(label, "negativeCues", place),
                reader.Texts(label, "examples", place),
                reader.Colour(label, "colour", $"{place}.colour"));
            if (definition.Id.Length > 0 && !seen.Add("id " + definition.Id))
                reader.Add($"{place}.id", $"\"{definition.Id}\" stands twice", "ids are unique, give this label its own");
            if (definition.Value.Length > 0 && !seen.Add("value " + definition.Value))
                reader.Add($"{place}.value", $"\"{definition.Value}\" stands twice", "CRM values are unique, give this label its own");
            labels.Add(definition);
        }
        return labels;
    }

    private static HashSet<ActivityType> ReadTypes(JsonElement root, FaultReader reader)
    {
        if (!root.TryGetProperty("appliesTo", out _))
            return [.. Enum.GetValues<ActivityType>()];
        HashSet<ActivityType> types = [];
        foreach (var name in reader.Texts(root, "appliesTo", ""))
        {
            if (Enum.TryParse<ActivityType>(name, ignoreCase: true, out var type) && Enum.IsDefined(type))
                types.Add(type);
            else
                reader.Add("appliesTo", $"\"{name}\" is no activity type", "use call, email, meeting, note or task");
        }
        if (types.Count == 0)
            reader.Add("appliesTo", "is empty", "leave it out to mean all activity types");
        return types;
    }
}
