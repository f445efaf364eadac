using System.Text.Json.Nodes;

namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>Finds what a local reference such as <c>#/$defs/record</c> means.</summary>
internal static class SchemaReference
{
    public static JsonObject? Find(JsonObject root, string reference)
    {
        if (!reference.StartsWith('#'))
            return null;
        JsonNode? node = root;
        foreach (var part in reference.Split('/').Skip(1))
            node = (node as JsonObject)?[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
        return node as JsonObject;
    }
}

/// <summary>
/// What Azure asks of a strict schema: an object at the root, every object closed (<c>additionalProperties: false</c>) with all its
/// properties required, and no keyword outside the supported part of JSON Schema.
/// </summary>
internal static class StrictSchema
{
    private const int Deepest = 10;
    private static readonly string[] Unsupported = ["allOf", "oneOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else", "patternProperties"];

    /// <summary>What is wrong with the schema, in the service's words; null where nothing is.</summary>
    public static string? Fault(JsonObject root)
    {
        if (root.ContainsKey("anyOf") || (string?)(root["type"] as JsonValue) != "object")
            return "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"" + (root["type"]?.ToString() ?? "None") + "\"'.";
        return Fault(root, "()", 0);
    }

    private static string? Fault(JsonObject schema, string at, int depth)
    {
        if (depth > Deepest * 2)
            return $"In context={at}, the schema exceeds the maximum nesting depth of {Deepest}.";
        if (Unsupported.FirstOrDefault(schema.ContainsKey) is { } keyword)
            return $"In context={at}, '{keyword}' is not permitted.";
        if (schema["properties"] is JsonObject properties)
        {
            if (schema["additionalProperties"] is not JsonValue closed || closed.GetValueKind() != System.Text.Json.JsonValueKind.False)
                return $"In context={at}, 'additionalProperties' is required to be supplied and to be false.";
            HashSet<string> required = [.. (schema["required"] as JsonArray ?? []).Select(name => (string?)name ?? "")];
            foreach (var (name, child) in properties)
            {
                if (!required.Contains(name))
                    return $"In context={at}, 'required' is required to be supplied and to be an array including every key in properties. Missing '{name}'.";
                if (child is JsonObject one && Fault(one, $"{at[..^1]}'properties', '{name}')", depth + 1) is { } inside)
                    return inside;
            }
        }
        if (schema["items"] is JsonObject items && Fault(items, $"{at[..^1]}'items')", depth + 1) is { } element)
            return element;
        foreach (var definitions in new[] { schema["$defs"], schema["definitions"] }.OfType<JsonObject>())
        {
            foreach (var (name, child) in definitions)
            {
                if (child is JsonObject one && Fault(one, $"('$defs', '{name}')", depth + 1) is { } inside)
                    return inside;
            }
        }
        return (schema["anyOf"] as JsonArray)?.OfType<JsonObject>().Select((one, i) => Fault(one, $"{at[..^1]}'anyOf', '{i}')", depth + 1)).FirstOrDefault(fault => fault is not null);
    }
}
