using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Definitions;

/// <summary>
/// Decides the taxonomies that an administrator added and for which nobody wrote rules, from their files alone: cues and counter-cues found as phrases, words
/// that tell one label from the others, and sentences that resemble an example. Knows no taxonomy by name.
/// </summary>
internal sealed class DefinitionStep : ICascadeStep
{
    private readonly DefinitionIndex _index;
    private readonly RulesStep _rules;
    private readonly DefinitionScale _scale;

    private DefinitionStep(DefinitionIndex index, RulesStep rules, DefinitionScale scale) => (_index, _rules, _scale) = (index, rules, scale);

    public string Name => "definitions";

    public string Version => "definitions-1";

    // Nobody validated the taxonomy, so the general setting holds.
    public double? ThresholdOf(string taxonomy, string? label) => null;

    public bool Covers(Taxonomy taxonomy) => _index.Taxonomies.Contains(taxonomy);

    /// <summary>
    /// The step for those of the taxonomies that no rule file speaks about, or null where there are none. The rules have checked all cues, and read the activity for all steps.
    /// </summary>
    public static DefinitionStep? Create(IReadOnlyList<Taxonomy> taxonomies, RulesStep rules, DefinitionScale? scale = null)
    {
        IReadOnlyList<Taxonomy> uncovered = [.. taxonomies.Where(taxonomy => !rules.Rules.Covers(taxonomy))];
        return uncovered.Count == 0 ? null : new DefinitionStep(new DefinitionIndex(uncovered), rules, scale ?? DefinitionScale.Default);
    }

    public IReadOnlyList<StepOpinion> Consider(CascadeInput input, IReadOnlyList<Taxonomy> open)
    {
        List<StepOpinion> opinions = [];
        Reading? reading = null;
        for (var number = 0; number < _index.Taxonomies.Count; number++)
        {
            var taxonomy = _index.Taxonomies[number];
            if (!open.Contains(taxonomy))
                continue;
            reading ??= Read(input);
            opinions.Add(Opinion(taxonomy, reading.For(number, taxonomy.Labels.Count)));
        }
        return opinions;
    }

    private Reading Read(CascadeInput input)
    {
        var readable = input.ReadBy(_rules).Readable;
        return Reading.Of(_index, ActivityFacts.Words(readable.Content, readable.Text, _index.Vocabulary));
    }

    private StepOpinion Opinion(Taxonomy taxonomy, LabelReading[] readings)
    {
        var scores = new double[taxonomy.Labels.Count + (taxonomy.Abstains ? 1 : 0)];
        if (taxonomy.Abstains)
            scores[^1] = _scale.Abstain;
        List<LabelEvidence> evidence = [];
        for (var i = 0; i < readings.Length; i++)
        {
            var (label, reading) = (taxonomy.Labels[i], readings[i]);
            scores[i] = _scale.Score(reading);
            Add($"cue-{taxonomy.Id}-{label.Id}", reading.Cues, $"A phrase stands in it that the definition of {label.Name} lists as a cue.", reading.CueSpan);
            Add($"counter-cue-{taxonomy.Id}-{label.Id}", reading.Against, $"A phrase stands in it that the definition of {label.Name} lists as speaking against it.", reading.AgainstSpan);
            Add($"words-{taxonomy.Id}-{label.Id}", _scale.Score(reading with { Cues = 0, Against = 0 }),
                $"A sentence of it is worded like the definition and examples of {label.Name}.", reading.WordSpan);

            void Add(string rule, double strength, string sentence, (int Start, int Length)? span)
            {
                if (Math.Abs(strength) >= 0.1)
                    evidence.Add(new LabelEvidence(label.Id, strength, new Evidence(rule, sentence, span?.Start, span?.Length)));
            }
        }
        if (taxonomy.Abstains && scores.Max() <= _scale.Abstain)
            evidence.Add(new LabelEvidence(null, 0.1, new Evidence($"none-{taxonomy.Id}", $"Nothing in it speaks clearly for a label of {taxonomy.Name}.", null, null)));
        var top = scores.Max();
        var total = scores.Sum(score => Math.Exp((score - top) / _scale.Temperature));
        return new StepOpinion(
            taxonomy.Id,
            [.. scores.Select((score, i) => new LabelScore(i < taxonomy.Labels.Count ? taxonomy.Labels[i].Id : null, Math.Exp((score - top) / _scale.Temperature) / total))],
            evidence);
    }
}

/// <summary>How what was read becomes log-odds. Chosen on the stage labels of the development rows, with the shipped cues and examples but without the rules.</summary>
internal sealed record DefinitionScale
{
    public static readonly DefinitionScale Default = new();

    /// <summary>Log-odds of "no definition covers it" while nothing speaks for any label.</summary>
    public double Abstain { get; init; } = 1.7;

    /// <summary>Most that typical words can add.</summary>
    public double Words { get; init; } = 3;

    /// <summary>What an identical example adds.</summary>
    public double Example { get; init; } = 2.5;

    /// <summary>Below 1: surer than the plain sum.</summary>
    public double Temperature { get; init; } = 0.85;

    /// <summary>Log-odds of a label.</summary>
    public double Score(LabelReading reading) =>
        reading.Cues + reading.Against + Words * reading.Words / (1.5 + reading.Words) + Example * reading.Likeness;
}
