namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>
/// Cuts the inflection off a folded word, so that "pricing" meets "prices". One list for all languages that we read: light on purpose, because a word cut too
/// short meets strangers. Always a prefix of the word, so nothing is copied.
/// </summary>
internal static class WordStem
{
    private const int Shortest = 4;

    // Longer endings first; the first that fits is cut.
    private static readonly string[] Endings =
    [
        "ungen", "ings", "ing", "ung", "ies", "ied", "ed", "ern", "en", "er", "em", "es", "al", "ly", "os", "as", "s", "e", "y", "o", "a",
    ];

    /// <summary>How many characters of the word are its stem.</summary>
    public static int Length(ReadOnlySpan<char> word)
    {
        if (word.Length < Shortest)
            return word.Length;
        foreach (var ending in Endings)
        {
            var rest = word.Length - ending.Length;
            if (rest < (ending == "s" ? Shortest - 1 : Shortest) || !word.EndsWith(ending, StringComparison.Ordinal) || ending == "s" && word[rest - 1] == 's')
                continue;
            // "planning" and "plan": the doubled consonant belongs to the ending.
            var doubled = ending is "ings" or "ing" or "ed" or "er" or "en" or "ung" or "ungen" && word[rest - 1] == word[rest - 2] && !"lsfaeiou".Contains(word[rest - 1]);
            return doubled ? rest - 1 : rest;
        }
        return word.Length;
    }
}
