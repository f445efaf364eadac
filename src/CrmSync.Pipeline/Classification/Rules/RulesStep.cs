using System.Runtime.InteropServices;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>The first step: rules that vote and name their evidence. Votes add up as log-odds; the softmax over the labels is the confidence.</summary>
internal sealed class RulesStep : ICascadeStep
{
    private const int Window = 4;
    private const int MaxOnStack = 1_024;
    private const int MaxKept = 4_096;

    // Read off cross-validated confidence on the development rows; the trained model has thresholds of its own.
    private static readonly Dictionary<string, double> Thresholds = new()
    {
        ["engagement"] = 0.62,
        ["stage"] = 0.5,
        ["stage/discovery"] = 0.55,
        ["stage/negotiation"] = 0.6,
        ["stage/follow-up"] = 0.55,
        ["stage/closed-won"] = 0.6,
        ["stage/demo"] = 0.45,
        ["stage/abstain"] = 0.48,
    };

    // Kept per thread: what a text needs is the same from text to text.
    [ThreadStatic]
    private static List<PhraseHit>? _hits;

    private readonly RuleSet _rules;
    private readonly VoidFinder _void;
    private readonly TextDefences _defences;

    private RulesStep(RuleSet rules, VoidFinder finder, TextDefences defences) => (_rules, _void, _defences) = (rules, finder, defences);

    public string Name => "rules";

    public string Version => "rules-1";

    public RuleSet Rules => _rules;

    public static RulesStep Create(TaxonomySet taxonomies, TextDefences? defences = null) =>
        new(RuleSet.Load(taxonomies), VoidFinder.Create(taxonomies), defences ?? TextDefences.All);

    public double? ThresholdOf(string taxonomy, string? label) =>
        Thresholds.TryGetValue($"{taxonomy}/{label ?? "abstain"}", out var exact) ? exact
        : Thresholds.TryGetValue(taxonomy, out var general) ? general
        : null;

    public bool Covers(Taxonomy taxonomy) => true;

    public IReadOnlyList<StepOpinion> Consider(CascadeInput input, IReadOnlyList<Taxonomy> open)
    {
        var reading = input.ReadBy(this);
        return [.. open.Where(_rules.Covers).Select(taxonomy => Opinion(taxonomy, reading.Fired))];
    }

    /// <summary>Every rule that fires, with the span it saw.</summary>
    internal IReadOnlyList<FiredRule> Fire(ActivityContent content, ActivityText text) => Read(content, text).Fired;

    /// <summary>Reads an activity once for all steps. Facts that rules establish hold for the rules after them.</summary>
    internal ActivityReading Read(ActivityContent content, ActivityText text)
    {
        var readable = _defences.VoidText ? _void.Read(content, text) : new ReadableActivity(content, text, [], false);
        (content, text) = (readable.Content, readable.Text);
        var stream = ActivityFacts.Words(content, text, _rules.Vocabulary, _defences.Homoglyphs ? Lookalikes.FoldMixed : Lookalikes.Keep);
        var facts = ActivityFacts.Read(content, text, stream);
        var hits = _hits is { Capacity: <= MaxKept } kept ? kept : _hits = [];
        hits.Clear();
        _rules.Phrases.Match(stream.Tokens, hits);
        var tokens = CollectionsMarshal.AsSpan(stream.Tokens);
        var gates = _rules.Gates;
        Span<int> first = gates.Length <= MaxOnStack ? stackalloc int[gates.Length] : new int[gates.Length];
        FindFirst(tokens, CollectionsMarshal.AsSpan(hits), first);
        List<(FactSet Fact, int? Start, int? Length)> seen = [];
        List<FiredRule> fired = [];
        for (var index = 0; index < gates.Length; index++)
        {
            ref readonly var gate = ref gates[index];
            if (gate.HasPhrases && first[index] < 0 || gate.IsVoid && !readable.WasHostile || !facts.HasAll(gate.When) || facts.HasAny(gate.Unless))
                continue;
            var rule = _rules.Rules[index];
            // A rule without phrases points at what established the fact it rests on.
            var span = first[index] >= 0 ? SpanOf(tokens, hits[first[index]])
                : rule.IsVoid && readable.Void.Count > 0 ? (readable.Void[0].Start, readable.Void[0].Length)
                : SpanOf(seen, rule.When);
            if (rule.Fact is { } name && _rules.Facts.TryGet(name, out var fact))
            {
                facts = facts.With(fact);
                seen.Add((fact, span.Start, span.Length));
            }
            fired.Add(new FiredRule(rule, span.Start, span.Length));
        }
        return new ActivityReading(stream.Tokens, facts, fired, readable);
    }

    /// <summary>Where the first of some facts was seen.</summary>
    private static (int? Start, int? Length) SpanOf(List<(FactSet Fact, int? Start, int? Length)> seen, FactSet facts)
    {
        foreach (var (fact, start, length) in seen)
            if (facts.HasAll(fact))
                return (start, length);
        return (null, null);
    }

    /// <summary>By rule: the first hit that counts for it, or -1.</summary>
    private void FindFirst(ReadOnlySpan<Token> tokens, ReadOnlySpan<PhraseHit> hits, Span<int> first)
    {
        first.Fill(-1);
        var gates = _rules.Gates;
        for (var i = 0; i < hits.Length; i++)
        {
            if (first[hits[i].Rule] >= 0)
                continue;
            ref readonly var gate = ref gates[hits[i].Rule];
            if ((gate.In & tokens[hits[i].FirstToken].Place) != 0 && (!gate.IsAsserted || IsAsserted(tokens, hits[i])))
                first[hits[i].Rule] = i;
        }
    }

    /// <summary>False when a negation or a plan stands shortly before the phrase in its sentence: "will show" is not "showed".</summary>
    private bool IsAsserted(ReadOnlySpan<Token> tokens, PhraseHit hit)
    {
        var sentence = tokens[hit.FirstToken].Sentence;
        for (var i = hit.FirstToken - 1; i >= 0 && i >= hit.FirstToken - Window && tokens[i].Sentence == sentence; i--)
            if (_rules.Negators.Contains(tokens[i].Word) || _rules.Hypotheticals.Contains(tokens[i].Word))
                return false;
        return true;
    }

    private static (int? Start, int? Length) SpanOf(ReadOnlySpan<Token> tokens, PhraseHit hit)
    {
        var from = tokens[hit.FirstToken];
        var to = tokens[hit.LastToken];
        return from.Start < 0 ? (null, null) : (from.Start, to.Start + to.Length - from.Start);
    }

    private StepOpinion Opinion(Taxonomy taxonomy, List<FiredRule> fired)
    {
        // The last place is "no definition covers it".
        var scores = new double[taxonomy.Labels.Count + (taxonomy.Abstains ? 1 : 0)];
        if (_rules.Biases.TryGetValue(taxonomy.Id, out var bias))
            for (var i = 0; i < scores.Length; i++)
                scores[i] = bias.GetValueOrDefault(i < taxonomy.Labels.Count ? taxonomy.Labels[i].Id : "abstain");
        List<LabelEvidence> evidence = [];
        foreach (var (rule, start, length) in fired)
        {
            if (rule.Taxonomy != taxonomy.Id)
                continue;
            var place = rule.Label is null ? scores.Length - 1 : IndexOf(taxonomy, rule.Label);
            scores[place] += rule.Weight;
            evidence.Add(new LabelEvidence(rule.Label, rule.Weight, new Evidence(rule.Id, rule.Sentence, start, length)));
        }
        var top = scores.Max();
        var total = scores.Sum(score => Math.Exp(score - top));
        return new StepOpinion(
            taxonomy.Id,
            [.. scores.Select((score, i) => new LabelScore(i < taxonomy.Labels.Count ? taxonomy.Labels[i].Id : null, Math.Exp(score - top) / total))],
            evidence);
    }

    private static int IndexOf(Taxonomy taxonomy, string label)
    {
        for (var i = 0; i < taxonomy.Labels.Count; i++)
            if (taxonomy.Labels[i].Id == label)
                return i;
        throw new InvalidOperationException($"The rules know a label \"{label}\" that taxonomy \"{taxonomy.Id}\" lacks.");
    }
}
