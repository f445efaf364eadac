namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>A label as the model gives it.</summary>
internal sealed record ChosenLabel(string Value, double Confidence, bool Known);

/// <summary>
/// Chooses the value of an enumeration for a record: the authors' label, or at the error rate another that a model would mistake it for.
/// A text that nobody labelled gets the value that says so, or the first one with little confidence. The same record gets the same answer.
/// </summary>
internal sealed class LabelChooser(TruthIndex truths, int seed)
{
    private static readonly string[] Abstentions = ["abstain", "none", "nolabel", "unknown", "notapplicable", "na", "other", "unsure"];
    private static readonly string[] Engagements = ["ENGAGED", "NOT ENGAGED", "ND"];

    private static readonly string[] Stages = ["Discovery", "Demo", "Negotiation", "Follow-Up", "Closed Won", "Closed Lost"];

    // What people and models mistake for what, likeliest first.
    private static readonly Dictionary<string, string[]> Mistakes = new(StringComparer.Ordinal)
    {
        ["engaged"] = ["notengaged", "nd"],
        ["notengaged"] = ["nd", "engaged"],
        ["nd"] = ["notengaged", "engaged"],
        ["discovery"] = ["followup", "demo"],
        ["demo"] = ["discovery", "negotiation"],
        ["negotiation"] = ["closedwon", "demo", "followup"],
        ["followup"] = ["discovery", "abstain", "negotiation"],
        ["closedwon"] = ["negotiation", "followup"],
        ["closedlost"] = ["negotiation", "followup"],
    };

    /// <summary>How often a label is wrong, 0 to 1.</summary>
    public double ErrorRate { get; set; }

    /// <summary>Letters and digits in lower case: how one label is told from another whatever the spelling.</summary>
    public static string Plain(string label) => string.Concat(label.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>The value that says "none of these", or null.</summary>
    public static string? Abstention(IReadOnlyList<string> values) =>
        Abstentions.Select(word => values.FirstOrDefault(value => Plain(value) == word)).FirstOrDefault(value => value is not null);

    public ChosenLabel Choose(string text, IReadOnlyList<string> values, long draw)
    {
        if (truths.Find(text) is not { } truth || Right(truth, values) is not { } right)
            return new(Abstention(values) ?? values[0], 0.34, Known: false);
        var hash = Hash.Of(truth.Text, Hash.Of(Plain(values[0]), (ulong)seed + (ulong)draw));
        var wrong = Hash.Share(hash) < ErrorRate ? Wrong(right, values, hash) : null;
        var sureness = Hash.Share(hash + 1);
        return wrong is null ? new(right, Math.Round(0.78 + (0.21 * sureness), 3), true) : new(wrong, Math.Round(0.5 + (0.4 * sureness), 3), true);
    }

    /// <summary>Engagement and stage where no schema asks for them; stage is null where the authors abstained.</summary>
    public (ChosenLabel Engagement, ChosenLabel? Stage) ChooseBoth(string text, long draw)
    {
        var stage = Choose(text, [.. Stages, "ABSTAIN"], draw);
        return (Choose(text, Engagements, draw), stage.Value == "ABSTAIN" ? null : stage);
    }

    // Where none of the text's labels is in the enumeration, its authors abstained on that question.
    private static string? Right(ModelTruth truth, IReadOnlyList<string> values) =>
        truth.Labels.Select(label => values.FirstOrDefault(value => Plain(value) == Plain(label))).FirstOrDefault(value => value is not null)
        ?? Abstention(values);

    private static string? Wrong(string right, IReadOnlyList<string> values, ulong hash)
    {
        var likely = Mistakes.GetValueOrDefault(Plain(right), [])
            .Select(word => values.FirstOrDefault(value => Plain(value) == word))
            .FirstOrDefault(value => value is not null && Hash.Share(Hash.Of(value, hash)) < 0.7);
        string[] others = [.. values.Where(value => value != right)];
        return likely ?? (others.Length == 0 ? null : others[(int)(Hash.Mixed(hash + 2) % (ulong)others.Length)]);
    }
}
