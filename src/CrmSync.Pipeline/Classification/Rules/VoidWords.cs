namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>What is known of a folded word.</summary>
/// <param name="Id">Its number in phrases, or <see cref="Vocabulary.Unknown"/>.</param>
/// <param name="IsHidden">True for a word of instructions, written backwards or in ROT13.</param>
/// <param name="IsStuffing">True for a word of which a whole row is keyword stuffing.</param>
internal readonly record struct VoidWord(int Id, bool IsHidden, bool IsStuffing);

/// <summary>The words and phrases of <see cref="VoidFile"/>, ready to look up. Immutable after loading, thread-safe.</summary>
internal sealed class VoidWords
{
    private readonly Vocabulary _vocabulary = new(Lookalikes.FoldAll);
    // By the vocabulary's number.
    private readonly VoidWord[] _words;

    public VoidWords(VoidFile file)
    {
        Dictionary<int, VoidWord> words = [];
        foreach (var (role, phrases) in file.Roles)
            foreach (var phrase in phrases.SelectMany(PhrasePattern.Expand))
                Phrases.Add([.. phrase.Select(Add)], (int)role);
        foreach (var number in file.Stuffing.Select(_vocabulary.Add))
            words[number] = words.GetValueOrDefault(number) with { IsStuffing = true };
        foreach (var word in file.Hidden)
            foreach (var disguise in (string[])[Reversed(word), Rotated(word)])
                words.TryAdd(_vocabulary.Add(disguise), new VoidWord(Vocabulary.Unknown, true, false));
        _words = new VoidWord[words.Keys.Max() + 1];
        foreach (var (number, word) in words)
            _words[number] = word;

        int Add(string word)
        {
            var number = _vocabulary.Add(word);
            words.TryAdd(number, new VoidWord(number, false, false));
            return number;
        }
    }

    /// <summary>Phrases by role.</summary>
    public PhraseTrie Phrases { get; } = new();

    /// <summary>What is known of a folded word whose hash is known; the default for words of no phrase.</summary>
    public VoidWord Find(ReadOnlySpan<char> folded, uint hash) => _words[_vocabulary.Find(folded, hash)];

    private static string Reversed(string word) => string.Concat(word.Reverse());

    private static string Rotated(string word) => string.Concat(word.Select(c => (char)('a' + (c - 'a' + 13) % 26)));
}
