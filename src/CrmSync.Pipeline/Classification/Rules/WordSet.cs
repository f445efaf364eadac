namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>A set of words by their numbers in the vocabulary: every word of every text is looked up in some. Immutable, thread-safe.</summary>
internal sealed class WordSet
{
    private readonly bool[] _has;

    public WordSet(IEnumerable<int> words)
    {
        int[] all = [.. words];
        _has = new bool[all.Max() + 1];
        foreach (var word in all)
            _has[word] = true;
    }

    public bool Contains(int word) => word < _has.Length && _has[word];
}
