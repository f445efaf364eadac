namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Words in a row that several accounts have in common.</summary>
/// <param name="Text">The words, folded.</param>
/// <param name="Accounts">The accounts that have them.</param>
/// <param name="Activities">The activities.</param>
internal sealed record SharedPhrase(string Text, IReadOnlyList<string> Accounts, IReadOnlyList<string> Activities);

/// <summary>
/// Finds what may be quoted: the longest runs of words that enough accounts have word for word. What only a few have is never seen. A longer run is only looked for where the
/// shorter one it begins with is shared, so the work stays near the number of words.
/// </summary>
internal static class SharedPhrases
{
    private const int LongestPhrase = 8;

    /// <summary>The phrases, those of most accounts and words first.</summary>
    /// <param name="sentences">Where to look.</param>
    /// <param name="fewest">Accounts that must have a phrase.</param>
    /// <param name="most">Most phrases that are returned.</param>
    /// <param name="shortest">Fewest words.</param>
    public static IReadOnlyList<SharedPhrase> Find(IReadOnlyList<Sentence> sentences, int fewest, int most, int shortest = 2)
    {
        HashSet<string>? shared = null;
        List<(string Phrase, int Words, Dictionary<string, HashSet<string>> By)> found = [];
        for (var size = 1; size <= LongestPhrase; size++)
        {
            var counted = Count(sentences, size, shared);
            foreach (var phrase in counted.Where(pair => pair.Value.Count < fewest).Select(pair => pair.Key).ToList())
                counted.Remove(phrase);
            if (counted.Count == 0)
                break;
            shared = counted.Keys.ToHashSet(StringComparer.Ordinal);
            if (size >= shortest)
                found.AddRange(counted.Where(pair => Stands(pair.Key)).Select(pair => (pair.Key, size, pair.Value)));
        }
        List<(string Phrase, Dictionary<string, HashSet<string>> By)> kept = [];
        foreach (var (phrase, _, by) in found.OrderByDescending(row => row.By.Count * Math.Sqrt(row.Words)).ThenBy(row => row.Phrase, StringComparer.Ordinal))
        {
            // A part of a phrase that is shown, or a whole around it, says the same again.
            if (kept.Count < most && !kept.Any(other => Overlap(phrase, other.Phrase)))
                kept.Add((phrase, by));
        }
        return [.. kept.Select(row => new SharedPhrase(row.Phrase, [.. row.By.Keys.Order(StringComparer.Ordinal)],
            [.. row.By.Values.SelectMany(notes => notes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]))];
    }

    /// <summary>Whether all words of a text, in runs of this many, are shared by enough accounts; used to see that nothing private is repeated.</summary>
    public static HashSet<string> Runs(IReadOnlyList<Sentence> sentences, int size, int fewest) =>
        [.. Count(sentences, size, null).Where(pair => pair.Value.Count >= fewest).Select(pair => pair.Key)];

    private static Dictionary<string, Dictionary<string, HashSet<string>>> Count(IReadOnlyList<Sentence> sentences, int size, HashSet<string>? shared)
    {
        Dictionary<string, Dictionary<string, HashSet<string>>> counted = new(StringComparer.Ordinal);
        foreach (var sentence in sentences)
        {
            for (var start = 0; start + size <= sentence.Words.Length; start++)
            {
                if (sentence.Words.AsSpan(start, size).Contains(Sentences.Gap))
                    continue;
                if (shared is not null && !shared.Contains(Join(sentence.Words, start, size - 1)))
                    continue;
                var phrase = Join(sentence.Words, start, size);
                if (!counted.TryGetValue(phrase, out var by))
                    counted[phrase] = by = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
                if (!by.TryGetValue(sentence.Account, out var notes))
                    by[sentence.Account] = notes = new HashSet<string>(StringComparer.Ordinal);
                notes.Add(sentence.Note.Id);
            }
        }
        return counted;
    }

    private static string Join(string[] words, int start, int size) => size == 1 ? words[start] : string.Join(' ', words, start, size);

    private static bool Stands(string phrase)
    {
        var words = phrase.Split(' ');
        return Terms.Tells(words[0]) && Terms.Tells(words[^1]);
    }

    private static bool Overlap(string left, string right) =>
        $" {left} ".Contains($" {right} ", StringComparison.Ordinal) || $" {right} ".Contains($" {left} ", StringComparison.Ordinal)
        || left.Split(' ').Intersect(right.Split(' ')).Count(Terms.Tells) >= 2;
}
