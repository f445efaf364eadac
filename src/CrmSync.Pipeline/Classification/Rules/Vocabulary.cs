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

    // An open-addressing table: hash above, id below, 0 an empty slot. Every word of every text is looked up here, and its hash is known already, because the
    // trained model wants it, too. Two words of one hash would be one word, for the model as for the rules; among some thousand words there are none.
    private readonly bool _stems;
    private readonly Lookalikes _lookalikes;
    private ulong[] _slots = new ulong[1_024];
    private int _count;

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
    public int Find(ReadOnlySpan<char> folded) => Find(folded, WordHash.Of(folded));

    /// <summary>The number of a folded word whose hash is known.</summary>
    public int Find(ReadOnlySpan<char> folded, uint hash)
    {
        if (_stems && WordStem.Length(folded) is var length && length < folded.Length)
            hash = WordHash.Of(folded[..length]);
        return (int)(uint)_slots[SlotOf(hash)];
    }

    private int AddFolded(string folded)
    {
        var hash = WordHash.Of(folded);
        if (_slots[SlotOf(hash)] is not 0 and var known)
            return (int)(uint)known;
        if (++_count * 2 > _slots.Length)
            Grow();
        _slots[SlotOf(hash)] = (ulong)hash << 32 | (uint)_count;
        return _count;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new ulong[old.Length * 2];
        foreach (var entry in old)
            if (entry != 0)
                _slots[SlotOf((uint)(entry >> 32))] = entry;
    }

    /// <summary>The slot that holds a hash, or the empty one where it would stand.</summary>
    private int SlotOf(uint hash)
    {
        var slots = _slots;
        var slot = (int)hash & (slots.Length - 1);
        while (slots[slot] is not 0 and var entry && (uint)(entry >> 32) != hash)
            slot = (slot + 1) & (slots.Length - 1);
        return slot;
    }
}
