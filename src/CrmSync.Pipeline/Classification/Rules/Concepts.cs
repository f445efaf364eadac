using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>
/// What words mean, roughly and across languages: "signed", "unterschrieben" and "podpisal" are one concept. Words of no phrase become known to the vocabulary
/// here, so that a look-up is one array access. Immutable after loading, thread-safe.
/// </summary>
internal sealed class Concepts
{
    /// <summary>A word may mean this many things.</summary>
    public const int MostPerWord = sizeof(uint);

    private static readonly (int Word, string Name)[] Signs =
        [(Vocabulary.Number, "number"), (Vocabulary.Currency, "currency"), (Vocabulary.Percent, "percent"), (Vocabulary.Question, "question")];

    // By the vocabulary's number of a word: up to four concepts, a byte each, the likeliest lowest.
    private readonly uint[] _byWord;
    private readonly uint[] _hashes;

    private Concepts(uint[] byWord, uint[] hashes) => (_byWord, _hashes) = (byWord, hashes);

    /// <summary>The concept of a word that is written like a name and means nothing else.</summary>
    public static uint Name { get; } = WordHash.Of("name");

    /// <summary>A word's concepts, to be taken off with <see cref="Next"/>; 0 where it has none.</summary>
    public uint Of(int word) => word < _byWord.Length ? _byWord[word] : 0;

    /// <summary>Takes the likeliest concept off and gives its hash, a feature of the trained model.</summary>
    public uint Next(ref uint concepts)
    {
        var hash = _hashes[concepts & 0xFF];
        concepts >>= 8;
        return hash;
    }

    /// <summary>The shipped concepts; their words are added to the vocabulary.</summary>
    /// <exception cref="TaxonomyException">The file is missing or cannot be read.</exception>
    public static Concepts Load(Vocabulary vocabulary)
    {
        using var stream = typeof(Concepts).Assembly.GetManifestResourceStream("Rules/concepts.txt")
            ?? throw new TaxonomyException("concepts.txt: the file is missing from the assembly; the build is broken, build again.");
        using var reader = new StreamReader(stream);
        // 0 stands for none.
        List<uint> hashes = [0];
        Dictionary<int, uint> byWord = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Split(": ", 2) is not [var name, var words])
                continue;
            foreach (var word in words.Split(' '))
                Add(vocabulary.Add(word), name);
        }
        foreach (var (word, name) in Signs)
            Add(word, name);
        var dense = new uint[byWord.Keys.Max() + 1];
        foreach (var (word, concepts) in byWord)
            dense[word] = concepts;
        return new Concepts(dense, [.. hashes]);

        void Add(int word, string name)
        {
            var hash = WordHash.Of(name);
            if (hashes[^1] != hash)
                hashes.Add(hash);
            var known = byWord.GetValueOrDefault(word);
            var taken = (39 - System.Numerics.BitOperations.LeadingZeroCount(known)) / 8;
            if (hashes.Count > 256 || taken == MostPerWord)
                throw new TaxonomyException($"concepts.txt, {name}: there are over 255 concepts, or a word has more than {MostPerWord}; take some out.");
            byWord[word] = known | (uint)(hashes.Count - 1) << (8 * taken);
        }
    }
}
