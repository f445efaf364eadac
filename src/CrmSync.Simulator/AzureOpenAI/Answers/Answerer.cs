using System.Text.Json.Nodes;

namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>What a chat request asks, as far as an answer depends on it.</summary>
/// <param name="LastUserText">The last user message.</param>
/// <param name="Schema">The JSON schema to answer by, or null.</param>
/// <param name="JsonObject">Whether any JSON object will do.</param>
/// <param name="Draw">0, or another number for another answer (the caller's seed and choice, where the temperature is above 0).</param>
internal sealed record Question(string LastUserText, JsonObject? Schema, bool JsonObject, long Draw)
{
    /// <summary>A label that the first record gets although no enumeration has it; null for none.</summary>
    public string? UnknownLabel { get; init; }
}

/// <summary>An answer's content, as JSON too where it is some.</summary>
internal sealed record AnswerContent(string Text, JsonNode? Json);

/// <summary>Answers prompts from labelled truth. Thread-safe.</summary>
internal sealed class Answerer(ModelSimulatorOptions options, LabelChooser chooser)
{
    /// <summary>Whose instructions it follows.</summary>
    public Gullibility Gullibility { get; set; } = options.Gullibility;

    public AnswerContent Answer(Question question)
    {
        var prompt = PromptReader.Read(question.LastUserText, options.Marking);
        if (question.Schema is { } schema)
        {
            var json = new SchemaWalk(schema, prompt, (item, values) => question.UnknownLabel is { } unknown && item is not null && item == prompt.Items[0]
                ? new(unknown, 0.81, Known: true)
                : Choose(prompt, item, values, question.Draw)).Write();
            return new(json?.ToJsonString() ?? "null", json);
        }

        if (Gullibility != Gullibility.None && Obedience.Reply(Heard(prompt)) is { } dictated && !question.JsonObject)
            return new(dictated, null);
        var results = new JsonArray([.. prompt.Items.Select(item => Result(prompt, item, question.Draw))]);
        if (question.JsonObject)
        {
            var json = new JsonObject { ["results"] = results };
            return new(json.ToJsonString(), json);
        }
        return new(string.Join('\n', results.Select(result => $"{result!["id"]} {result["engagement"]}, {result["stage"]?.ToString() ?? "no stage"}".TrimStart())), null);
    }

    private ChosenLabel Choose(PromptParts prompt, PromptItem? item, IReadOnlyList<string> values, long draw)
    {
        if (Gullibility != Gullibility.None && Ordered(prompt, item, values) is { } ordered)
            return new(ordered, 0.97, Known: true);
        return item is null ? new(LabelChooser.Abstention(values) ?? values[0], 0.34, Known: false) : chooser.Choose(item.Text, values, draw);
    }

    private JsonNode Result(PromptParts prompt, PromptItem item, long draw)
    {
        var (engagement, stage) = chooser.ChooseBoth(item.Text, draw);
        var ordered = Choose(prompt, item, ["ENGAGED", "NOT ENGAGED", "ND"], draw);
        return new JsonObject
        {
            ["id"] = item.Id, ["engagement"] = ordered.Value, ["stage"] = stage?.Value, ["confidence"] = engagement.Confidence,
            ["reason"] = SchemaWalk.Reason(engagement),
        };
    }

    private string? Ordered(PromptParts prompt, PromptItem? item, IReadOnlyList<string> values)
    {
        if (item is not null && Hears(item) && Obedience.Order(item.Text, values) is var (own, _))
            return own;
        // What stands in another record holds here only where it says so; what stands in none holds for all.
        foreach (var other in prompt.Items.Where(other => other != item && Hears(other)))
        {
            if (Obedience.Order(other.Text, values) is (var value, true))
                return value;
        }
        // The caller's own task may stand there as well, and it may well say when to abstain.
        var strays = prompt.Items.Where(Hears).Where(heard => heard.Text.Trim().Length > 0)
            .Aggregate(prompt.Outside, (text, heard) => text.Replace(heard.Text.Trim(), "", StringComparison.Ordinal));
        return Obedience.Order(strays, [.. values.Where(value => value != LabelChooser.Abstention(values))]) is var (stray, _) ? stray : null;
    }

    private bool Hears(PromptItem item) => Gullibility == Gullibility.Everywhere || !item.Marked;

    private string Heard(PromptParts prompt) =>
        Gullibility == Gullibility.Everywhere ? $"{prompt.Outside}\n{string.Join('\n', prompt.Items.Select(item => item.Text))}" : prompt.Outside;
}
