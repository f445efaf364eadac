namespace CrmSync.Pipeline.Search;

/// <summary>One thing that a text must have.</summary>
/// <param name="Words">Folded words that stand side by side; one for a plain word.</param>
/// <param name="IsPrefix">Whether the last of them may go on.</param>
public sealed record SearchTerm(IReadOnlyList<string> Words, bool IsPrefix);

/// <summary>What somebody looks for: all of several words, phrases in quotation marks; the last word, still being typed, may go on.</summary>
/// <param name="Terms">All must be found; empty where the text held no word.</param>
public sealed record SearchQuery(IReadOnlyList<SearchTerm> Terms)
{
    /// <summary>Terms at most; further ones are left out.</summary>
    public const int MostTerms = 12;

    private const int MostWords = 20;

    // One letter, going on, is half of all words.
    private const int ShortestPrefix = 2;

    /// <summary>Whether there is nothing to look for.</summary>
    public bool IsEmpty => Terms.Count == 0;

    /// <summary>Reads what somebody typed. Never fails: what is no word is left out, a quotation mark that is never closed closes at the end.</summary>
    public static SearchQuery Parse(string? typed)
    {
        List<SearchTerm> terms = [];
        var parts = (typed ?? "").Replace('“', '"').Replace('”', '"').Replace('„', '"').Split('"');
        for (var part = 0; part < parts.Length && terms.Count < MostTerms; part++)
        {
            if (part % 2 == 1)
            {
                Add(terms, parts[part], isPrefix: false);
                continue;
            }
            var words = parts[part].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < words.Length && terms.Count < MostTerms; i++)
                Add(terms, words[i], isPrefix: part == parts.Length - 1 && i == words.Length - 1 && char.IsLetterOrDigit(words[i][^1]));
        }
        return new SearchQuery(terms);
    }

    /// <summary>Where a text holds the terms, for marking: places in text order, without overlap, at most <paramref name="most"/>.</summary>
    /// <param name="text">Untrusted.</param>
    /// <param name="limit">Characters to read at most.</param>
    /// <param name="most">Places at most.</param>
    public IReadOnlyList<(int Start, int Length)> FindIn(string text, int limit, int most)
    {
        if (IsEmpty)
            return [];
        List<FoundWord> words = [.. SearchWords.Of(text, limit)];
        List<(int Start, int Length)> places = [];
        for (var at = 0; at < words.Count && places.Count < most; at++)
        {
            var longest = Terms.Where(term => Fits(term, words, at)).Select(term => term.Words.Count).DefaultIfEmpty().Max();
            if (longest == 0)
                continue;
            var last = words[at + longest - 1];
            places.Add((words[at].Start, last.Start + last.Length - words[at].Start));
            at += longest - 1;
        }
        return places;
    }

    private static bool Fits(SearchTerm term, List<FoundWord> words, int at)
    {
        if (at + term.Words.Count > words.Count)
            return false;
        for (var i = 0; i < term.Words.Count; i++)
        {
            var (wanted, found) = (term.Words[i], words[at + i].Text);
            if (!(term.IsPrefix && i == term.Words.Count - 1 ? found.StartsWith(wanted, StringComparison.Ordinal) : found == wanted))
                return false;
        }
        return true;
    }

    private static void Add(List<SearchTerm> terms, string text, bool isPrefix)
    {
        IReadOnlyList<string> words = [.. SearchWords.Of(text, text.Length).Select(word => word.Text).Take(MostWords)];
        if (words.Count > 0)
            terms.Add(new SearchTerm(words, isPrefix && words[^1].Length >= ShortestPrefix));
    }
}
