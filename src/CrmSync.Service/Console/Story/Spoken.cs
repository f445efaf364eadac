using CrmSync.Pipeline.Classification;

namespace CrmSync.Service.Console.Story;

/// <summary>What a rule or a word said about one label.</summary>
/// <param name="Rule">Permanent slug.</param>
/// <param name="Sentence">What it saw.</param>
/// <param name="Words">The words in the text, or null where it looked at fields or structure; untrusted.</param>
/// <param name="Label">Label id that it speaks for; null: for abstaining.</param>
/// <param name="Strength">In log-odds; below 0 it speaks against the label.</param>
internal sealed record SpokenLine(string Rule, string Sentence, string? Words, string? Label, double Strength);

/// <summary>What one step of the cascade thinks of one question.</summary>
/// <param name="Step">Its name.</param>
/// <param name="Version">Version of its knowledge.</param>
/// <param name="Scores">Probabilities, the highest first.</param>
/// <param name="Lines">What they rest on, the strongest first.</param>
internal sealed record SpokenStep(string Step, string Version, IReadOnlyList<LabelScore> Scores, IReadOnlyList<SpokenLine> Lines);

/// <summary>
/// Asks every step of the cascade in use what it thinks of a text, and keeps the strengths that decisions do not store. Pure; takes about as long as deciding. What it
/// tells is about the steps as they are now, which may be newer than the decision.
/// </summary>
internal static class Spoken
{
    private const int MostLines = 12;
    private const int MostScores = 4;
    private const int MostWords = 120;

    /// <summary>By taxonomy id; a taxonomy that no step speaks about is left out.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<SpokenStep>> Ask(Cascade cascade, StoryText text)
    {
        List<Pipeline.Taxonomies.Taxonomy> asked = [.. cascade.Taxonomies.All.Where(taxonomy => taxonomy.AppliesTo.Contains(text.Content.Type))];
        var input = new CascadeInput(text.Content, text.Zoned);
        Dictionary<string, List<SpokenStep>> spoken = [];
        foreach (var step in cascade.Steps)
            foreach (var opinion in step.Consider(input, asked))
                (spoken.TryGetValue(opinion.Taxonomy, out var known) ? known : spoken[opinion.Taxonomy] = []).Add(Tell(step, opinion, text.Decoded));
        return spoken.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<SpokenStep>)pair.Value);
    }

    private static SpokenStep Tell(ICascadeStep step, StepOpinion opinion, string decoded) => new(
        step.Name, step.Version,
        [.. opinion.Scores.OrderByDescending(score => score.Probability).Take(MostScores).Where((score, at) => at == 0 || score.Probability >= 0.005)],
        [
            .. opinion.Evidence.OrderByDescending(entry => Math.Abs(entry.Strength)).Take(MostLines)
                .Select(entry => new SpokenLine(entry.Evidence.Rule, entry.Evidence.Sentence, WordsOf(entry.Evidence, decoded), entry.Label, entry.Strength)),
        ]);

    private static string? WordsOf(Evidence evidence, string decoded) =>
        evidence is { Start: { } start and >= 0, Length: { } length and > 0 } && start < decoded.Length ? decoded.Substring(start, Math.Min(Math.Min(length, MostWords), decoded.Length - start)) : null;
}
