namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>What is known of a folded word.</summary>
/// <param name="Id">Its number in phrases, or <see cref="Vocabulary.Unknown"/>.</param>
/// <param name="IsHidden">True for a word of instructions, written backwards or in ROT13.</param>
/// <param name="IsStuffing">True for a word of which a whole row is keyword stuffing.</param>
internal readonly record struct VoidWord(int Id, bool IsHidden, bool IsStuffing);

/// <summary>The words and phrases of <see cref="VoidFile"/>, ready to look up. Immutable after loading, thread-safe.</summary>
internal sealed class VoidWords
{
    private const int FirstId = 100;

    private readonly Dictionary<string, VoidWord> _words = new(StringComparer.Ordinal) { ["_"] = new(Vocabulary.Any, false, false), ["#"] = new(Vocabulary.Number, false, false) };
    // Lengths that occur, by first and last letter: tells most words apart from all of ours without a look-up.
    private readonly uint[] _shapes = new uint[1_024];
    private readonly Dictionary<string, VoidWord>.AlternateLookup<ReadOnlySpan<char>> _spans;

    public VoidWords(VoidFile file)
    {
        _spans = _words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (role, phrases) in file.Roles)
            foreach (var phrase in phrases.SelectMany(PhrasePattern.Expand))
                Phrases.Add([.. phrase.Select(Add)], (int)role);
        foreach (var word in file.Stuffing)
            _words[word] = Of(word) with { IsStuffing = true };
        foreach (var word in file.Hidden)
            foreach (var disguise in (string[])[Reversed(word), Rotated(word)])
                _words.TryAdd(disguise, new VoidWord(Vocabulary.Unknown, true, false));
        foreach (var word in _words.Keys)
            _shapes[Shape(word)] |= 1u << Math.Min(word.Length, 31);
    }

    /// <summary>Phrases by role.</summary>
    public PhraseTrie Phrases { get; } = new();

    public VoidWord Find(ReadOnlySpan<char> folded) => folded.Length > 0 && MayKnow(folded) && _spans.TryGetValue(folded, out var word) ? word : default;

    /// <summary>False for most words that are none of ours; asks of ASCII letters need not be folded, because case changes neither length nor shape.</summary>
    public bool MayKnow(ReadOnlySpan<char> word) => (_shapes[Shape(word)] & 1u << Math.Min(word.Length, 31)) != 0;

    private static int Shape(ReadOnlySpan<char> word) => word[0] & 31 | (word[^1] & 31) << 5;

    private VoidWord Of(string word) => _words.GetValueOrDefault(word);

    private int Add(string word)
    {
        var folded = WordFold.Fold(word, Lookalikes.FoldAll);
        if (!_words.ContainsKey(folded))
            _words[folded] = new VoidWord(FirstId + _words.Count, false, false);
        return _words[folded].Id;
    }

    private static string Reversed(string word) => string.Concat(word.Reverse());

    private static string Rotated(string word) => string.Concat(word.Select(c => (char)('a' + (c - 'a' + 13) % 26)));
}
