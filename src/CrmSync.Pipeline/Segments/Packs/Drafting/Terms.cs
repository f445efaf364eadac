namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Words and pairs of words that can tell something.</summary>
internal static class Terms
{
    private const int ShortestWord = 3;

    /// <summary>The terms of a sentence, each once per place.</summary>
    public static IEnumerable<string> Of(string[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!Tells(words[i]))
                continue;
            yield return words[i];
            if (i + 1 < words.Length && Tells(words[i + 1]))
                yield return $"{words[i]} {words[i + 1]}";
        }
    }

    public static bool Tells(string word) => word.Length >= ShortestWord && !SmallWords.Contain(word);

    /// <summary>Terms with the accounts that have them.</summary>
    public static Dictionary<string, HashSet<string>> ByAccount(IEnumerable<Sentence> sentences)
    {
        Dictionary<string, HashSet<string>> accounts = new(StringComparer.Ordinal);
        foreach (var sentence in sentences)
        {
            foreach (var term in Of(sentence.Words))
            {
                if (!accounts.TryGetValue(term, out var having))
                    accounts[term] = having = new HashSet<string>(StringComparer.Ordinal);
                having.Add(sentence.Account);
            }
        }
        return accounts;
    }

    /// <summary>
    /// Drops what a longer term says as well: a word whose accounts are nearly those of a pair that holds it. Keeps the order.
    /// </summary>
    public static List<T> WithoutParts<T>(IEnumerable<T> ranked, Func<T, string> term, Func<T, int> count)
    {
        List<T> all = [.. ranked];
        var pairs = all.Where(row => term(row).Contains(' ', StringComparison.Ordinal)).ToList();
        Dictionary<string, int> most = new(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            foreach (var word in term(pair).Split(' '))
                most[word] = Math.Max(most.GetValueOrDefault(word), count(pair));
        }
        return [.. all.Where(row => most.GetValueOrDefault(term(row)) < 0.7 * count(row))];
    }
}
