namespace CrmSync.Pipeline.Review;

/// <summary>What a row looks like, cheaply: its type, its answer, the rules behind it and the first words of its text. Pure; the same on every machine.</summary>
public static class ReviewFeatures
{
    private const int MaxWords = 60;
    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>Hashes, sorted and distinct. The text may be raw; mark-up costs likeness and does no harm.</summary>
    /// <param name="type">Kind of touch, as stored.</param>
    /// <param name="answer">Label id, or the status where there is none.</param>
    /// <param name="rules">Slugs of the evidence.</param>
    /// <param name="subject">Subject line.</param>
    /// <param name="opening">Beginning of the body.</param>
    public static IReadOnlyList<int> Of(string type, string answer, IReadOnlyList<string> rules, string subject, string opening)
    {
        ArgumentNullException.ThrowIfNull(rules);
        SortedSet<int> features = [Hash("t:", type), Hash("a:", answer)];
        foreach (var rule in rules)
            features.Add(Hash("r:", rule));
        AddWords(features, subject);
        AddWords(features, opening);
        return [.. features];
    }

    private static void AddWords(SortedSet<int> features, ReadOnlySpan<char> text)
    {
        var words = 0;
        for (var i = 0; i < text.Length && words < MaxWords;)
        {
            while (i < text.Length && !char.IsLetter(text[i]))
                i++;
            var start = i;
            while (i < text.Length && char.IsLetter(text[i]))
                i++;
            // Short words stand everywhere and tell nothing apart; numbers and names of merge fields differ within one template.
            if (i - start < 3)
                continue;
            features.Add(Hash("w:", text[start..i]));
            words++;
        }
    }

    // FNV-1a: string.GetHashCode differs from process to process.
    private static int Hash(ReadOnlySpan<char> kind, ReadOnlySpan<char> word)
    {
        var hash = Offset;
        foreach (var c in kind)
            hash = (hash ^ c) * Prime;
        foreach (var c in word)
            hash = (hash ^ char.ToLowerInvariant(c)) * Prime;
        return unchecked((int)hash);
    }
}
