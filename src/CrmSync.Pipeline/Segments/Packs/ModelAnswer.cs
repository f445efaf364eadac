using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>Reads and distrusts what a hosted model wrote: one list of statements, each with the handles that it cites.</summary>
internal static class ModelAnswer
{
    private const int MostStatements = 200;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>One statement.</summary>
    /// <param name="Kind">What the answer calls it, such as a section; may be empty.</param>
    /// <param name="Topic">Its topic; may be empty.</param>
    /// <param name="Tier">Its tier; may be empty.</param>
    /// <param name="Text">Its text, on one line, without personal data.</param>
    /// <param name="Cites">The handles, only ones that were given.</param>
    internal sealed record Statement(string Kind, string Topic, string Tier, string Text, IReadOnlyList<string> Cites);

    /// <summary>The schema of an answer.</summary>
    /// <param name="kinds">Values of a statement's kind.</param>
    public static string Schema(IEnumerable<string> kinds)
    {
        var statement = Closed(new JsonObject
        {
            ["cites"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            ["kind"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. kinds.Select(kind => (JsonNode)kind)]) },
            ["topic"] = new JsonObject { ["type"] = "string" },
            ["tier"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray("critical", "common", "edge") },
            ["text"] = new JsonObject { ["type"] = "string" },
        });
        return Closed(new JsonObject { ["statements"] = new JsonObject { ["type"] = "array", ["items"] = statement } }).ToJsonString();
    }

    /// <summary>The statements; null where it is not the object that was asked for. Statements that carry orders, links or nothing are left out.</summary>
    public static IReadOnlyList<Statement>? Read(string text, IReadOnlySet<string> given)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("statements", out var list) || list.ValueKind != JsonValueKind.Array)
                return null;
            List<Statement> statements = [];
            foreach (var entry in list.EnumerateArray().Take(MostStatements))
            {
                if (entry.ValueKind != JsonValueKind.Object || Word(entry, "text") is not { } said)
                    return null;
                var clean = Clean(said, PackLine.LongestText);
                if (clean.Length > 0 && !MachineOrders.IsHostile(clean))
                    statements.Add(new Statement(Word(entry, "kind") ?? "", Clean(Word(entry, "topic") ?? "", 80), Word(entry, "tier") ?? "", clean, Cites(entry, given)));
            }
            return statements;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Clean(string text, int longest)
    {
        var line = new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? ' ' : c)]).Trim();
        return new Redactor().Apply(TextCut.AtMost(line, longest));
    }

    private static List<string> Cites(JsonElement entry, IReadOnlySet<string> given) =>
        !entry.TryGetProperty("cites", out var cites) || cites.ValueKind != JsonValueKind.Array ? []
            : [.. cites.EnumerateArray().Where(cite => cite.ValueKind == JsonValueKind.String).Select(cite => cite.GetString()!).Where(given.Contains).Distinct(StringComparer.Ordinal)];

    private static string? Word(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonObject Closed(JsonObject properties) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]),
        ["properties"] = properties,
    };
}
