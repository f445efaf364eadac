namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>
/// Numbers for the words that occur in any phrase; every other word is <see cref="Unknown"/>. Filled while rules load, then only read. One that
/// stems takes words that differ only in their inflection for one.
/// </summary>
internal sealed class Vocabulary
{
    public const int Unknown = 0;
    public const int Number = 1;
    public const int Currency = 2;
    public const int Percent = 3;
    public const int Question = 4;
    public const int Any = 5;
    public const int Begin = 6;

    // Words in the order of their ids, which begin at 1, and an open-addressing table over their hashes: every word of every text is looked up here,
    // and its hash is known already, because the trained model wants it, too.
    private readonly List<(string Word, uint Hash)> _words = [];
    private readonly bool _stems;
    private readonly Lookalikes _lookalikes;
    private int[] _slots = new int[1_024];

    public Vocabulary(Lookalikes lookalikes = Lookalikes.FoldMixed, bool stems = false)
    {
        (_lookalikes, _stems) = (lookalikes, stems);
        foreach (var sign in (string[])["#", "$", "%", "?", "_", "^"])
            AddFolded(sign);
    }

    /// <summary>The number of a word, given a new one when it has none. The word is folded here.</summary>
    public int Add(string word)
    {
        var folded = WordFold.Fold(word, _lookalikes);
        return AddFolded(_stems ? folded[..WordStem.Length(folded)] : folded);
    }

    /// <summary>The number of a folded word.</summary>
    public int Find(ReadOnlySpan<char> folded) => Find(folded, WordHashes.Of(folded));

    /// <summary>The number of a folded word whose hashes are known.</summary>
    public int Find(ReadOnlySpan<char> folded, WordHashes hashes)
    {
        if (!_stems)
            return _slots[SlotOf(folded, hashes.Word)];
        var stem = folded[..WordStem.Length(folded)];
        return _slots[SlotOf(stem, stem.Length == folded.Length ? hashes.Word : WordHashes.Of(stem).Word)];
    }

    private int AddFolded(string folded)
    {
        var hash = WordHashes.Of(folded).Word;
        if (_slots[SlotOf(folded, hash)] is not Unknown and var known)
            return known;
        _words.Add((folded, hash));
        if (_words.Count * 2 > _slots.Length)
            Grow();
        _slots[SlotOf(folded, hash)] = _words.Count;
        return _words.Count;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < _words.Count - 1; i++)
            _slots[SlotOf(_words[i].Word, _words[i].Hash)] = i + 1;
    }

    /// <summary>The slot that holds the word, or the empty one where it would stand.</summary>
    private int SlotOf(ReadOnlySpan<char> folded, uint hash)
    {
        var slot = (int)(hash & (uint)(_slots.Length - 1));
        while (_slots[slot] is not Unknown and var id && (_words[id - 1].Hash != hash || !folded.SequenceEqual(_words[id - 1].Word)))
            slot = (slot + 1) & (_slots.Length - 1);
        return slot;
    }
}
