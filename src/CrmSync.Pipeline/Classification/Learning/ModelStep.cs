using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// The trained local model. It reads the rules' votes, the structure and the words, and says how probable each answer is. Its evidence: the rules that spoke
/// for the answer, and the words that moved the score most.
/// </summary>
internal sealed class ModelStep : ICascadeStep
{
    /// <summary>What is stored as "decided by".</summary>
    public const string StepName = "model";

    /// <summary>Evidence slug for words.</summary>
    internal const string WordsRule = "model-words";

    private const string WordsSentence = "The trained model reads these words as speaking for it.";
    private const int MaxSpans = 3;

    /// <summary>A word that moves the score by less is not worth showing, in log-odds.</summary>
    private const float MinContribution = 0.15f;

    [ThreadStatic]
    private static Workspace? _workspace;

    private readonly LocalModel _model;
    private readonly RulesStep _rules;
    private readonly Dictionary<string, (ModelHead Head, int Start)> _heads = [];
    // By hash: rules that no training row made fire.
    private readonly HashSet<uint> _unlearned;
    // By version of a taxonomy: how its labels and the model's meet.
    private readonly ConcurrentDictionary<Taxonomy, HeadUse> _uses = new(ReferenceEqualityComparer.Instance);

    public ModelStep(LocalModel model, RulesStep rules)
    {
        (_model, _rules) = (model, rules);
        _unlearned = [.. rules.Rules.Rules.Select(rule => rule.Hash).Where(hash => model.Table.Find(FeatureHash.Of(FeatureKind.Rule, hash)) < 0)];
        var start = 0;
        foreach (var head in model.Heads)
        {
            _heads[head.Shape.Taxonomy] = (head, start);
            start += head.Shape.Length;
        }
    }

    public string Name => StepName;

    public string Version => _model.Version;

    public double? ThresholdOf(string taxonomy, string? label)
    {
        if (!_heads.TryGetValue(taxonomy, out var known))
            return null;
        for (var i = 0; i < known.Head.Shape.Length; i++)
            if (known.Head.Shape.Labels[i] == label)
                return known.Head.Thresholds[i];
        return null;
    }

    /// <summary>A label that the model never saw cannot be weighed against the others: such a taxonomy is the rules' until the model is trained anew.</summary>
    public bool Covers(Taxonomy taxonomy) => UseOf(taxonomy) is not null;

    public IReadOnlyList<StepOpinion> Consider(CascadeInput input, IReadOnlyList<Taxonomy> open)
    {
        List<StepOpinion> opinions = new(open.Count);
        Workspace? workspace = null;
        foreach (var taxonomy in open)
        {
            if (UseOf(taxonomy) is not { } use)
                continue;
            workspace ??= Activate(input);
            opinions.Add(Opinion(input, use, workspace));
        }
        return opinions;
    }

    private Workspace Activate(CascadeInput input)
    {
        var workspace = _workspace ??= new Workspace();
        workspace.Fit(_model.Network);
        workspace.Input.Read(input.ReadBy(_rules), _rules.Rules);
        workspace.Input.Resolve(_model.Table);
        _model.Network.Activate(workspace.Input.Rows, workspace.Input.Values, workspace.Hidden);
        return workspace;
    }

    private HeadUse? UseOf(Taxonomy taxonomy) => _heads.TryGetValue(taxonomy.Id, out var known)
        && _uses.GetOrAdd(taxonomy, static (asked, known) => HeadUse.Of(asked, known.Head, known.Start), known) is { IsComplete: true } use ? use : null;

    private StepOpinion Opinion(CascadeInput input, HeadUse use, Workspace workspace)
    {
        var (head, start) = (use.Head, use.Start);
        Span<float> scores = stackalloc float[head.Shape.Length];
        _model.Network.Scores(workspace.Hidden, start, scores);
        AddUnknownVoters(input, head, scores);
        // A label that an administrator took out of the taxonomy gets no share.
        for (var i = 0; i < scores.Length; i++)
            if (!use.Kept[i])
                scores[i] = float.NegativeInfinity;
        Softmax.Apply(scores, head.Sharpness);
        List<LabelScore> probabilities = new(scores.Length);
        var best = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (use.Kept[i])
                probabilities.Add(new LabelScore(head.Shape.Labels[i], scores[i]));
            best = scores[i] > scores[best] ? i : best;
        }
        return new StepOpinion(head.Shape.Taxonomy, probabilities, Evidence(input, head, start, best, workspace));
    }

    /// <summary>
    /// Rules that no training row ever made fire (an administrator's new cue, a field that the rows lack) keep the weight that a person gave them.
    /// </summary>
    private void AddUnknownVoters(CascadeInput input, ModelHead head, Span<float> scores)
    {
        foreach (var fired in input.ReadBy(_rules).Fired)
        {
            if (fired.Rule.Taxonomy != head.Shape.Taxonomy || !_unlearned.Contains(fired.Rule.Hash))
                continue;
            for (var i = 0; i < scores.Length; i++)
                if (head.Shape.Labels[i] == fired.Rule.Label)
                    scores[i] += (float)fired.Rule.Weight / head.Sharpness;
        }
    }

    private List<LabelEvidence> Evidence(CascadeInput input, ModelHead head, int start, int best, Workspace workspace)
    {
        var label = head.Shape.Labels[best];
        List<LabelEvidence> evidence = [];
        var reading = input.ReadBy(_rules);
        foreach (var (rule, ruleStart, length) in reading.Fired)
            if (rule.Weight > 0 && rule.Label == label && rule.Taxonomy == head.Shape.Taxonomy)
                evidence.Add(new LabelEvidence(label, rule.Weight, new Evidence(rule.Id, rule.Sentence, ruleStart, length)));
        var tokens = reading.Tokens;
        _model.Network.Direction(workspace.Hidden, start + best, start, head.Shape.Length, workspace.Direction);
        Span<WordSpan> spans = stackalloc WordSpan[MaxSpans];
        foreach (var (first, last, contribution) in workspace.Strongest(_model.Network, CollectionsMarshal.AsSpan(tokens), spans))
            evidence.Add(new LabelEvidence(label, contribution * head.Sharpness, new Evidence(
                WordsRule, WordsSentence, tokens[first].Start, tokens[last].Start + tokens[last].Length - tokens[first].Start)));
        return evidence;
    }

    /// <summary>How a taxonomy uses a head of the model.</summary>
    /// <param name="Head">The head.</param>
    /// <param name="Start">The head's first class.</param>
    /// <param name="Kept">By class: whether the taxonomy has that answer.</param>
    /// <param name="IsComplete">Whether the model knows every label of the taxonomy.</param>
    private sealed record HeadUse(ModelHead Head, int Start, bool[] Kept, bool IsComplete)
    {
        public static HeadUse Of(Taxonomy taxonomy, ModelHead head, int start) => new(
            head, start,
            [.. head.Shape.Labels.Select(label => label is null ? taxonomy.Abstains : taxonomy.Find(label) is not null)],
            taxonomy.Labels.All(label => head.Shape.Labels.Contains(label.Id)));
    }

    /// <summary>Room for one activity, kept per thread so that scoring allocates next to nothing.</summary>
    private sealed class Workspace
    {
        private float[] _byToken = new float[1_024];
        private short[] _steps = [];
        private int[] _along = [];

        public SparseInput Input { get; } = new();

        public float[] Hidden { get; private set; } = [];

        public float[] Direction { get; private set; } = [];

        public void Fit(Network network)
        {
            if (Hidden.Length != network.Width)
                (Hidden, Direction, _steps) = (new float[network.Width], new float[network.Width], new short[network.Width]);
        }

        /// <summary>The stretches of neighbouring words that add most along <see cref="Direction"/>, strongest first: as many as there are, and places for them.</summary>
        public ReadOnlySpan<WordSpan> Strongest(Network network, ReadOnlySpan<Token> tokens, Span<WordSpan> strongest)
        {
            if (_byToken.Length < tokens.Length)
                _byToken = new float[tokens.Length * 2];
            var byToken = _byToken.AsSpan(0, tokens.Length);
            byToken.Clear();
            var step = Math.Max(Math.Abs(TensorPrimitives.MaxMagnitude<float>(Direction)), float.Epsilon) / sbyte.MaxValue;
            for (var i = 0; i < _steps.Length; i++)
                _steps[i] = (short)MathF.Round(Direction[i] / step);
            step /= network.Members;
            if (_along.Length < Input.Shown.Length)
                _along = new int[Input.Shown.Length * 2];
            network.Along(Input.ShownRows, _steps, _along);
            var values = Input.Values;
            var at = Input.Tokens;
            var shown = Input.Shown;
            for (var i = 0; i < shown.Length; i++)
                byToken[at[shown[i]]] += _along[i] * values[shown[i]] * step;
            var count = 0;
            for (var i = 0; i < byToken.Length; i++)
            {
                if (byToken[i] < MinContribution || tokens[i].Start < 0)
                    continue;
                var first = i;
                var sum = 0f;
                while (i < byToken.Length && byToken[i] >= MinContribution && tokens[i].Sentence == tokens[first].Sentence && tokens[i].Place == tokens[first].Place)
                    sum += byToken[i++];
                Keep(new WordSpan(first, --i, sum), strongest, ref count);
            }
            return strongest[..count];
        }

        private static void Keep(WordSpan span, Span<WordSpan> strongest, ref int count)
        {
            var place = count;
            while (place > 0 && strongest[place - 1].Contribution < span.Contribution)
                place--;
            if (place == strongest.Length)
                return;
            count = Math.Min(count + 1, strongest.Length);
            strongest[place..(count - 1)].CopyTo(strongest[(place + 1)..]);
            strongest[place] = span;
        }
    }

    /// <summary>A stretch of words, its first and last token, and how much it moves the score.</summary>
    private readonly record struct WordSpan(int First, int Last, float Contribution);
}
