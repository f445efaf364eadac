using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Fills <c>@{reference.path}</c> in a part of a composite request from the answers before it.</summary>
internal static class References
{
    /// <exception cref="SalesforceException">Nothing answered under the name, or its answer has no such value.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, JsonNode?> known)
    {
        StringBuilder filled = new(text.Length);
        int at = 0;
        while (text.IndexOf("@{", at, StringComparison.Ordinal) is var start and >= 0 && text.IndexOf('}', start) is var end and >= 0)
        {
            filled.Append(text, at, start - at).Append(Find(text[(start + 2)..end], known));
            at = end + 1;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>The same in every text of a body.</summary>
    public static JsonNode? Fill(JsonNode? node, IReadOnlyDictionary<string, JsonNode?> known) => node switch
    {
        JsonObject inner => new JsonObject(inner.Select(property => KeyValuePair.Create(property.Key, Fill(property.Value, known)))),
        JsonArray array => new JsonArray([.. array.Select(item => Fill(item, known))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Fill(value.GetValue<string>(), known),
        _ => node?.DeepClone(),
    };

    private static string Find(string path, IReadOnlyDictionary<string, JsonNode?> known)
    {
        string[] steps = path.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        if (!known.TryGetValue(steps[0], out JsonNode? node))
            throw Invalid(path);
        foreach (string step in steps.Skip(1))
        {
            node = node switch
            {
                JsonObject inner => inner[step],
                JsonArray array when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place < array.Count => array[place],
                _ => null,
            } ?? throw Invalid(path);
        }

        return node!.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
    }

    private static SalesforceException Invalid(string path) => new(400, "PROCESSING_HALTED", $"Invalid reference specified. No value for {path} found.");
}
