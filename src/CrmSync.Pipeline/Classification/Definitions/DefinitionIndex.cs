using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Definitions;

/// <summary>One cue of a label, as a phrase to be found.</summary>
/// <param name="Taxonomy">Number of the taxonomy.</param>
/// <param name="Label">Number of the label in it.</param>
/// <param name="Strength">Log-odds of the first such phrase; negative for a phrase that speaks against the label.</param>
/// <param name="IsNegated">True where the phrase itself says "no" or "not": a negation beside it belongs to it.</param>
internal sealed record Cue(int Taxonomy, int Label, double Strength, bool IsNegated);

/// <summary>A word of a label's definition, cues or examples, and how far it tells the label from the others, 0 to 1.</summary>
internal readonly record struct LabelWord(int Taxonomy, int Label, double Weight);

/// <summary>An example of a label: how long its vector is.</summary>
internal readonly record struct Example(int Taxonomy, int Label, double Norm);

/// <summary>
/// What the files of some taxonomies say, made searchable: cues as phrases over word stems, words of definitions, cues and examples by the label that they are
/// typical of, examples as vectors. Immutable after loading, thread-safe.
/// </summary>
internal sealed class DefinitionIndex
{
    private const double OneWord = 1.7;
    private const double Phrase = 2.6;
    private const double Against = -2.2;
    private readonly Dictionary<int, List<LabelWord>> _words = [];
    private readonly Dictionary<int, List<(int Example, double Weight)>> _exampleWords = [];
    private readonly List<Cue> _cues = [];
    private readonly List<Example> _examples = [];

    public DefinitionIndex(IReadOnlyList<Taxonomy> taxonomies)
    {
        Taxonomies = taxonomies;
        Weights = new WordWeights(Vocabulary);
        Words = new SenseWords(Vocabulary);
        for (var taxonomy = 0; taxonomies.Count > taxonomy; taxonomy++)
            Add(taxonomy, taxonomies[taxonomy]);
    }

    public IReadOnlyList<Taxonomy> Taxonomies { get; }

    public Vocabulary Vocabulary { get; } = new(stems: true);

    public PhraseTrie Phrases { get; } = new();

    public WordWeights Weights { get; }

    public SenseWords Words { get; }

    /// <summary>The cues, by the number under which <see cref="Phrases"/> reports them.</summary>
    public IReadOnlyList<Cue> Cues => _cues;

    public IReadOnlyList<Example> Examples => _examples;

    /// <summary>The labels that a word is typical of.</summary>
    public IReadOnlyList<LabelWord> LabelsOf(int word) => _words.TryGetValue(word, out var labels) ? labels : [];

    /// <summary>The examples that a word stands in, with its weight there.</summary>
    public IReadOnlyList<(int Example, double Weight)> ExamplesOf(int word) => _exampleWords.TryGetValue(word, out var examples) ? examples : [];

    private void Add(int number, Taxonomy taxonomy)
    {
        List<Dictionary<int, double>> profiles = [];
        for (var label = 0; label < taxonomy.Labels.Count; label++)
        {
            var definition = taxonomy.Labels[label];
            Dictionary<int, double> profile = [];
            foreach (var cue in definition.Cues)
                foreach (var words in AddCue(cue, new Cue(number, label, 0, false)))
                    Note(profile, words.Select(Vocabulary.Add), 0.8);
            foreach (var cue in definition.NegativeCues)
                AddCue(cue, new Cue(number, label, Against, false));
            foreach (var example in definition.Examples)
            {
                var words = WordsOf(example);
                Note(profile, words, 1);
                AddExample(new Example(number, label, 0), words);
            }
            Note(profile, WordsOf(definition.Definition), 0.7);
            Note(profile, WordsOf(definition.Name), 1);
            profiles.Add(profile);
        }
        for (var label = 0; label < profiles.Count; label++)
            foreach (var (word, weight) in profiles[label])
                AddWord(word, new LabelWord(number, label, Telling(profiles, word, weight) * Weights[word]));
    }

    /// <summary>1 for a word of one label alone, 0 for a word that all labels share alike.</summary>
    private static double Telling(List<Dictionary<int, double>> profiles, int word, double weight)
    {
        var share = weight / profiles.Sum(profile => profile.GetValueOrDefault(word));
        return weight * Math.Max(0, (share * profiles.Count - 1) / (profiles.Count - 1));
    }

    private static void Note(Dictionary<int, double> profile, IEnumerable<int> words, double weight)
    {
        foreach (var word in words)
            profile[word] = Math.Max(weight, profile.GetValueOrDefault(word));
    }

    private void AddWord(int word, LabelWord entry)
    {
        if (entry.Weight < 0.05)
            return;
        if (!_words.TryGetValue(word, out var labels))
            _words[word] = labels = [];
        labels.Add(entry);
    }

    private void AddExample(Example example, IReadOnlyList<int> words)
    {
        var weights = words.Distinct().ToDictionary(word => word, word => Weights[word]);
        var norm = Math.Sqrt(weights.Values.Sum(weight => weight * weight));
        if (norm <= 0)
            return;
        foreach (var (word, weight) in weights.Where(pair => pair.Value > 0))
        {
            if (!_exampleWords.TryGetValue(word, out var examples))
                _exampleWords[word] = examples = [];
            examples.Add((_examples.Count, weight));
        }
        _examples.Add(example with { Norm = norm });
    }

    /// <summary>Adds a cue under all its forms; one word alone says less than a phrase does.</summary>
    private IReadOnlyList<string[]> AddCue(string text, Cue cue)
    {
        var forms = PhrasePattern.Expand(text);
        foreach (var shape in forms.GroupBy(words => (IsLong: words.Length > 1, IsNegated: cue.IsNegated || words.Any(Words.IsNegator))))
        {
            var strength = cue.Strength < 0 ? cue.Strength : shape.Key.IsLong ? Phrase : OneWord;
            foreach (var words in shape)
                Phrases.Add([.. words.Select(Vocabulary.Add)], _cues.Count);
            _cues.Add(cue with { Strength = strength, IsNegated = shape.Key.IsNegated });
        }
        return forms;
    }

    /// <summary>The words of a definition or example, entered in the vocabulary.</summary>
    private List<int> WordsOf(string text)
    {
        List<int> words = [];
        foreach (var part in text.Split([' ', '\n', '\t', '.', ',', ';', ':', '!', '?', '"', '(', ')', '/', '-', '%', '$', '€'], StringSplitOptions.RemoveEmptyEntries))
            if (part.Any(char.IsLetter) && !part.Any(char.IsDigit))
                words.Add(Vocabulary.Add(part.Normalize(System.Text.NormalizationForm.FormKC)));
        return words;
    }
}
