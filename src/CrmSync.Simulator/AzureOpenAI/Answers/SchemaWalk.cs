using System.Text.Json.Nodes;

namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>
/// Writes a value that a JSON schema allows and that says something about the records: an array of objects with an id gets one element per
/// record, in order, the id echoed; a property whose name is a record's id is about that record; an enumeration of labels gets the record's
/// label; numbers named confidence, probability or score get the confidence of the label before them; other strings get a short reason. Where elements cite their sources,
/// there is one for each of the few records that share most words with the rest of the prompt: it says what the record says, and cites it.
/// Follows <c>$ref</c>, the first alternative of <c>anyOf</c> that is not null, and every property in order.
/// </summary>
internal sealed class SchemaWalk(JsonObject root, PromptParts prompt, Func<PromptItem?, IReadOnlyList<string>, ChosenLabel> choose)
{
    private const int Deepest = 32;
    private const int MostStatements = 4;
    private const int LongestStatement = 200;
    private static readonly string[] Citations = ["cites", "citations", "sources"];
    private static readonly string[] Statements = ["text", "statement"];
    private static readonly string[] Measures = ["confidence", "probability", "score", "certainty"];

    public JsonNode? Write() => Value(root, "", prompt.Items.Count == 1 ? prompt.Items[0] : null, new State(), 0);

    public static string Reason(ChosenLabel label) => label.Known ? "The text says so." : "None of the definitions covers the text.";

    private JsonNode? Value(JsonObject schema, string name, PromptItem? item, State state, int depth)
    {
        if (depth > Deepest)
            throw new ModelRefusal(ModelErrors.BadSchema("the schema nests too deeply"));
        schema = Resolve(schema);
        if (schema["const"] is { } constant)
            return constant.DeepClone();
        if (schema["enum"] is JsonArray { Count: > 0 } values)
            return Enumerated(values, name, item, state);
        return TypeOf(schema) switch
        {
            "object" => Object(schema, item, depth),
            "array" => Array(schema, name, item, state, depth),
            "string" => Text(schema, name, item, state),
            "integer" or "number" => Number(schema, name, state),
            "boolean" => false,
            _ => null,
        };
    }

    private JsonObject Object(JsonObject schema, PromptItem? item, int depth)
    {
        var made = new JsonObject();
        var state = new State();
        var properties = schema["properties"] as JsonObject ?? [];
        // A confidence may stand before the label that it is about.
        foreach (var (name, child) in properties)
        {
            if (child is JsonObject label && Resolve(label)["enum"] is JsonArray values && !PromptReader.IdNames.Contains(name) && Strings(values) is { Count: > 0 } strings)
                state.Label ??= choose(item, strings);
        }
        foreach (var (name, child) in properties)
        {
            var about = prompt.Items.FirstOrDefault(other => other.Id == name) ?? item;
            made[name] = child is JsonObject one ? Value(one, name, about, state, depth + 1) : null;
        }
        return made;
    }

    private JsonArray Array(JsonObject schema, string name, PromptItem? item, State state, int depth)
    {
        if (schema["items"] is not JsonObject element)
            return [];
        var least = (int?)schema["minItems"]?.AsValue() ?? 0;
        if (TypeOf(Resolve(element)) == "object" && (item is null || prompt.Items.Count == 1 && depth <= 1))
            return [.. (IsCited(Resolve(element)) ? Telling() : prompt.Items).Select(one => Value(element, name, one, new State(), depth + 1))];
        var most = (int?)schema["maxItems"]?.AsValue() ?? int.MaxValue;
        return [.. Enumerable.Range(0, Math.Min(Math.Max(least, 1), most)).Select(_ => Value(element, name, item, state, depth + 1))];
    }

    private JsonNode? Enumerated(JsonArray values, string name, PromptItem? item, State state)
    {
        var strings = Strings(values);
        if (strings.Count == 0)
            return values[0]?.DeepClone();
        if (PromptReader.IdNames.Contains(name) && item is not null)
            return strings.Contains(item.Id) ? item.Id : strings[0];
        state.Label = choose(item, strings);
        return state.Label.Value;
    }

    private static bool IsCited(JsonObject element) => element["properties"] is JsonObject properties && Citations.Any(properties.ContainsKey);

    private IEnumerable<PromptItem> Telling()
    {
        var asked = Words(prompt.Outside).ToHashSet(StringComparer.Ordinal);
        return prompt.Items.Select(one => (one, Shared: Words(one.Text).Distinct(StringComparer.Ordinal).Count(asked.Contains))).Where(pair => pair.Shared > 0)
            .OrderByDescending(pair => pair.Shared).Select(pair => pair.one).DistinctBy(Statement).Take(MostStatements);
    }

    private static IEnumerable<string> Words(string text) => text.ToLowerInvariant().Split([' ', '\n', '.', ',', ':', ';', '?', '!', '"', '“', '”'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.Length > 3);

    private static string Statement(PromptItem item)
    {
        var text = item.Text.Split('\n').MaxBy(line => line.Length)!.Trim();
        return text.Length <= LongestStatement ? text : text[..(char.IsHighSurrogate(text[LongestStatement - 1]) ? LongestStatement - 1 : LongestStatement)];
    }

    private static JsonValue Text(JsonObject schema, string name, PromptItem? item, State state)
    {
        var text = item is not null && (PromptReader.IdNames.Contains(name) || Citations.Contains(name)) ? item.Id
            : item is not null && Statements.Contains(name) ? Statement(item)
            : Reason(state.Label ?? new("", 0, Known: false));
        if (schema["maxLength"] is { } longest && text.Length > (int)longest)
            text = text[..(int)longest];
        return JsonValue.Create(schema["minLength"] is { } shortest ? text.PadRight((int)shortest, '.') : text);
    }

    private static JsonValue Number(JsonObject schema, string name, State state)
    {
        var (low, high) = ((double?)schema["minimum"] ?? 0, (double?)schema["maximum"]);
        var whole = TypeOf(schema) == "integer";
        var number = Measures.Contains(name) ? state.Label?.Confidence ?? 0.34 : low;
        if (Measures.Contains(name) && ((high ?? 1) > 1 || (whole && high is null)))
            number *= high ?? 100;
        number = Math.Clamp(number, low, Math.Max(low, high ?? double.MaxValue));
        return whole ? JsonValue.Create((long)Math.Round(number)) : JsonValue.Create(Math.Round(number, 3));
    }

    private JsonObject Resolve(JsonObject schema)
    {
        for (var hops = 0; hops < Deepest; hops++)
        {
            if ((string?)schema["$ref"] is { } reference)
                schema = SchemaReference.Find(root, reference) ?? throw new ModelRefusal(ModelErrors.BadSchema($"reference '{reference}' can not be resolved"));
            else if (schema["anyOf"] is JsonArray { Count: > 0 } any)
                schema = any.OfType<JsonObject>().FirstOrDefault(one => TypeOf(one) != "null") ?? [];
            else
                return schema;
        }
        throw new ModelRefusal(ModelErrors.BadSchema("a reference leads to itself"));
    }

    private static string TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => types.Select(type => (string?)type).FirstOrDefault(type => type != "null") ?? "null",
        JsonValue type => (string?)type ?? "null",
        _ => schema.ContainsKey("properties") ? "object" : schema.ContainsKey("items") ? "array" : "null",
    };

    private static List<string> Strings(JsonArray values) =>
        [.. values.OfType<JsonValue>().Where(value => value.GetValueKind() == System.Text.Json.JsonValueKind.String).Select(value => (string)value!)];

    /// <summary>The label that the values around it are about.</summary>
    private sealed class State
    {
        public ChosenLabel? Label { get; set; }
    }
}
