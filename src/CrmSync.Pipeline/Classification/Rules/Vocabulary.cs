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

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal)
    {
        ["#"] = Number,
        ["$"] = Currency,
        ["%"] = Percent,
        ["?"] = Question,
        ["_"] = Any,
        ["^"] = Begin,
    };

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private readonly bool _stems;

    private readonly Lookalikes _lookalikes;

    public Vocabulary(Lookalikes lookalikes = Lookalikes.FoldMixed, bool stems = false) =>
        (_spans, _lookalikes, _stems) = (_ids.GetAlternateLookup<ReadOnlySpan<char>>(), lookalikes, stems);

    /// <summary>The number of a word, given a new one when it has none. The word is folded here.</summary>
    public int Add(string word)
    {
        var folded = WordFold.Fold(word, _lookalikes);
        if (_stems)
            folded = folded[..WordStem.Length(folded)];
        if (!_ids.TryGetValue(folded, out var id))
            _ids[folded] = id = _ids.Count + 1;
        return id;
    }

    public int Find(ReadOnlySpan<char> folded) => _spans.TryGetValue(_stems ? folded[..WordStem.Length(folded)] : folded, out var id) ? id : Unknown;
}
