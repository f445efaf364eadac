using System.Globalization;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Definitions;

/// <summary>How much a word says about a text, 0 (every other activity holds it) to 1 (hardly any does), from counts over sales activities.</summary>
internal sealed class WordWeights
{
    // A word in more than one of seven activities says nothing.
    private const double Common = 2.0;

    private readonly Dictionary<int, double> _weights = [];

    /// <summary>Reads the shipped counts and enters their words in the vocabulary.</summary>
    public WordWeights(Vocabulary vocabulary)
    {
        using var stream = typeof(WordWeights).Assembly.GetManifestResourceStream("Definitions/words.txt")
            ?? throw new TaxonomyException("words.txt: the word counts are missing from the assembly; the build is broken, build again.");
        using var reader = new StreamReader(stream);
        var rarest = Math.Log(2_320.0 / 10) - Common;
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            if (words[0] == "#")
                continue;
            var weight = Math.Clamp((Math.Log(2_320.0 / int.Parse(words[0], CultureInfo.InvariantCulture)) - Common) / rarest, 0, 1);
            foreach (var word in words.AsSpan(1))
                _weights[vocabulary.Add(word)] = weight;
        }
        foreach (var sign in (int[])[Vocabulary.Begin, Vocabulary.Number, Vocabulary.Currency, Vocabulary.Percent, Vocabulary.Question, Vocabulary.Any])
            _weights[sign] = 0;
    }

    /// <summary>A word that was never counted is rare.</summary>
    public double this[int word] => _weights.GetValueOrDefault(word, 1);
}
