using CrmSync.Pipeline.Classification.Rules;

namespace CrmSync.Pipeline.Classification.Definitions;

/// <summary>What an activity says about one label.</summary>
/// <param name="Cues">Log-odds of the cues found, each further one counting less.</param>
/// <param name="Against">Log-odds of the counter-cues found, not above 0.</param>
/// <param name="Words">Weight of the label's typical words in the best sentence, and half of that in the next best.</param>
/// <param name="Likeness">Cosine of the sentence and the example of the label that are most alike, 0 to 1.</param>
/// <param name="CueSpan">Where the first cue stands in the decoded text.</param>
/// <param name="AgainstSpan">Where the first counter-cue stands.</param>
/// <param name="WordSpan">Where the best sentence stands.</param>
internal readonly record struct LabelReading(
    double Cues, double Against, double Words, double Likeness, (int, int)? CueSpan, (int, int)? AgainstSpan, (int, int)? WordSpan);

/// <summary>One activity's words, read against a <see cref="DefinitionIndex"/>. Linear in the number of words.</summary>
internal sealed class Reading
{
    private const RulePlaces Counted = RulePlaces.Subject | RulePlaces.New | RulePlaces.Theirs | RulePlaces.Field;
    private const int Before = 3;
    private const int After = 5;
    private const double Fading = 0.55;

    private readonly DefinitionIndex _index;
    private readonly List<Token> _tokens;
    private readonly List<PhraseHit> _hits = [];
    private readonly HashSet<(int Taxonomy, int Label, int Sentence)> _dismissed = [];

    private Reading(DefinitionIndex index, TokenStream stream)
    {
        (_index, _tokens) = (index, stream.Tokens);
        index.Phrases.Match(_tokens, _hits);
    }

    public static Reading Of(DefinitionIndex index, TokenStream stream) => new(index, stream);

    /// <summary>What it says about each label of a taxonomy.</summary>
    public LabelReading[] For(int taxonomy, int labels)
    {
        var readings = new LabelReading[labels];
        ReadCues(taxonomy, readings);
        ReadWords(taxonomy, readings);
        return readings;
    }

    private void ReadCues(int taxonomy, LabelReading[] readings)
    {
        Dictionary<int, PhraseHit> found = [];
        foreach (var hit in _hits)
        {
            var cue = _index.Cues[hit.Rule];
            var token = _tokens[hit.FirstToken];
            if (cue.Taxonomy != taxonomy || (token.Place & Counted) == 0)
                continue;
            if (!cue.IsNegated && IsDismissed(hit))
                _dismissed.Add((taxonomy, cue.Label, token.Sentence));
            else
                found.TryAdd(hit.Rule, hit);
        }
        foreach (var (rule, hit) in found.OrderByDescending(pair => Math.Abs(_index.Cues[pair.Key].Strength)).ThenBy(pair => pair.Value.FirstToken))
        {
            var cue = _index.Cues[rule];
            ref var reading = ref readings[cue.Label];
            // Two cues that lie on the same words are one observation; each further one adds less.
            var strength = cue.Strength * (_tokens[hit.FirstToken].Place == RulePlaces.Theirs ? 0.7 : 1);
            if (strength >= 0)
                reading = reading with { Cues = reading.Cues == 0 ? strength : reading.Cues + strength * Math.Pow(Fading, reading.Cues / strength), CueSpan = reading.CueSpan ?? Span(hit.FirstToken, hit.LastToken) };
            else
                reading = reading with { Against = Math.Max(-4, reading.Against + strength), AgainstSpan = reading.AgainstSpan ?? Span(hit.FirstToken, hit.LastToken) };
        }
    }

    /// <summary>True where the sentence takes the phrase back: "not too expensive", "price is fine", "security is no issue".</summary>
    private bool IsDismissed(PhraseHit hit)
    {
        var sentence = _tokens[hit.FirstToken].Sentence;
        for (var i = hit.FirstToken - 1; i >= 0 && i >= hit.FirstToken - Before && _tokens[i].Sentence == sentence && !_index.Words.IsTurn(_tokens[i].Word); i--)
            if (_index.Words.IsNegator(_tokens[i].Word))
                return true;
        var negated = false;
        for (var i = hit.LastToken + 1; i < _tokens.Count && i <= hit.LastToken + After && _tokens[i].Sentence == sentence && !_index.Words.IsTurn(_tokens[i].Word); i++)
        {
            negated |= _index.Words.IsNegator(_tokens[i].Word);
            if (_index.Words.IsTrouble(_tokens[i].Word) && negated || _index.Words.IsSettler(_tokens[i].Word) && !negated)
                return true;
        }
        return false;
    }

    private void ReadWords(int taxonomy, LabelReading[] readings)
    {
        var second = new double[readings.Length];
        HashSet<int> seen = [];
        for (var from = 0; from < _tokens.Count;)
        {
            var to = from + 1;
            while (to < _tokens.Count && _tokens[to].Sentence == _tokens[from].Sentence)
                to++;
            if ((_tokens[from].Place & Counted & ~RulePlaces.Field) != 0)
                ReadSentence(taxonomy, from, to, seen, readings, second);
            from = to;
        }
        for (var label = 0; label < readings.Length; label++)
            readings[label] = readings[label] with { Words = readings[label].Words + second[label] / 2 };
    }

    private void ReadSentence(int taxonomy, int from, int to, HashSet<int> seen, LabelReading[] readings, double[] second)
    {
        seen.Clear();
        var norm = 0.0;
        var words = new double[readings.Length];
        Dictionary<int, double> products = [];
        for (var i = from; i < to; i++)
        {
            var word = _tokens[i].Word;
            var weight = _index.Weights[word];
            if (weight <= 0 || word != Vocabulary.Unknown && !seen.Add(word))
                continue;
            norm += weight * weight;
            foreach (var entry in _index.LabelsOf(word))
                if (entry.Taxonomy == taxonomy)
                    words[entry.Label] += entry.Weight;
            foreach (var (example, share) in _index.ExamplesOf(word))
                if (_index.Examples[example].Taxonomy == taxonomy)
                    products[example] = products.GetValueOrDefault(example) + share * weight;
        }
        var sentence = _tokens[from].Sentence;
        for (var label = 0; label < words.Length; label++)
        {
            if (_dismissed.Contains((taxonomy, label, sentence)))
                continue;
            if (words[label] > readings[label].Words)
                (second[label], readings[label]) = (readings[label].Words, readings[label] with { Words = words[label], WordSpan = Span(from, to - 1) });
            else
                second[label] = Math.Max(second[label], words[label]);
        }
        foreach (var (example, product) in products)
        {
            var (_, label, length) = _index.Examples[example];
            // A sentence of two words is like many things; one that short counts as if it were longer.
            var likeness = product / (length * Math.Sqrt(Math.Max(norm, 2)));
            if (likeness > readings[label].Likeness && !_dismissed.Contains((taxonomy, label, sentence)))
                readings[label] = readings[label] with { Likeness = likeness };
        }
    }

    private (int, int)? Span(int first, int last)
    {
        var (from, to) = (_tokens[first], _tokens[last]);
        return from.Start < 0 ? null : (from.Start, to.Start + to.Length - from.Start);
    }
}
