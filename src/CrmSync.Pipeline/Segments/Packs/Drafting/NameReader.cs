using CrmSync.Pipeline.Classification.Rules;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>Reads names that stand behind a cue, such as "switch from NetSuite": up to three words written with a capital. Linear.</summary>
internal static class NameReader
{
    private const int LongestName = 3;

    private static readonly HashSet<string> NoNames = new(
        ("i we you they it he she crm erp api ceo cfo cto cio coo vp it hr pdf q eu us uk usa january february march april may june july august september october november december monday tuesday wednesday thursday friday "
        + "saturday sunday english german french the a an our their your my this that these those").Split(' '), StringComparer.Ordinal);

    /// <summary>Names behind any of the cues.</summary>
    /// <param name="text">A sentence as it was written.</param>
    /// <param name="cues">Cues by their first word, each as folded words.</param>
    public static IEnumerable<string> After(string text, ILookup<string, string[]> cues)
    {
        var words = Read(text);
        // Where everything is written in capitals, capitals tell nothing.
        if (!text.Any(char.IsLower))
            yield break;
        for (var at = 0; at < words.Count; at++)
        {
            foreach (var cue in cues[words[at].Folded])
            {
                if (Fits(words, at, cue) && Name(words, at + cue.Length) is { } name)
                    yield return name;
            }
        }
    }

    /// <summary>The cues by their first word.</summary>
    public static ILookup<string, string[]> Cues(params IEnumerable<string> cues) => cues.Select(cue => cue.Split(' ')).ToLookup(words => words[0], StringComparer.Ordinal);

    private static bool Fits(List<Word> words, int at, string[] cue)
    {
        for (var i = 0; i < cue.Length; i++)
        {
            // A stop in the middle of a cue ends it; "vs." is an abbreviation.
            if (at + i >= words.Count || words[at + i].Folded != cue[i] || (words[at + i].Ends && cue[i] != "vs"))
                return false;
        }
        return true;
    }

    private static string? Name(List<Word> words, int from)
    {
        var length = 0;
        while (length < LongestName && from + length < words.Count && IsCapital(words[from + length]))
        {
            length++;
            if (words[from + length - 1].Ends)
                break;
        }
        if (length == 0)
            return null;
        return string.Join(' ', words.GetRange(from, length).Select(word => word.Text));
    }

    private static bool IsCapital(Word word) => word.Text.Length is > 1 and <= 30 && !NoNames.Contains(word.Folded)
        && (char.IsUpper(word.Text[0]) || (char.IsLower(word.Text[0]) && char.IsUpper(word.Text[1])));

    private static List<Word> Read(string text)
    {
        List<Word> words = [];
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            var start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at]))
                at++;
            var (from, to) = (start, at);
            while (from < to && !char.IsLetterOrDigit(text[from]))
                from++;
            while (to > from && !char.IsLetterOrDigit(text[to - 1]))
                to--;
            var word = text[from..to];
            // A placeholder of removed data is nobody's name.
            var isPlaceholder = text[start] == '[' || text[at - 1] == ']';
            words.Add(new Word(isPlaceholder ? "" : word, isPlaceholder ? "" : WordFold.Fold(word), to < at || isPlaceholder));
        }
        return words;
    }

    private readonly record struct Word(string Text, string Folded, bool Ends);
}
