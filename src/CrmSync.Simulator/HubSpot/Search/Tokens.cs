namespace CrmSync.Simulator.HubSpot.Search;

/// <summary>Words of a text for CONTAINS_TOKEN: runs of letters and digits, case-blind; <c>*</c> in the pattern stands for any run of characters.</summary>
internal static class Tokens
{
    /// <summary>Whether each word of the pattern is a word of the text, or the whole text fits the pattern.</summary>
    public static bool Contain(string text, string pattern)
    {
        if (Fits(text, pattern))
            return true;
        var any = false;
        foreach (var wanted in Words(pattern, keepStar: true))
        {
            any = true;
            var found = false;
            foreach (var word in Words(text, keepStar: false))
            {
                if (Fits(text.AsSpan(word.Start.Value, word.End.Value - word.Start.Value), pattern.AsSpan(wanted.Start.Value, wanted.End.Value - wanted.Start.Value)))
                {
                    found = true;
                    break;
                }
            }
            if (!found)
                return false;
        }
        return any;
    }

    private static IEnumerable<Range> Words(string text, bool keepStar)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && (char.IsLetterOrDigit(text[i]) || (keepStar && text[i] == '*'));
            if (inside && start < 0)
                start = i;
            else if (!inside && start >= 0)
            {
                yield return start..i;
                start = -1;
            }
        }
    }

    // Two pointers: on a mismatch, the last star takes one more character. At most text × pattern steps.
    private static bool Fits(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        var (t, p, star, mark) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, mark) = (p++, t);
            else if (p < pattern.Length && char.ToLowerInvariant(text[t]) == char.ToLowerInvariant(pattern[p]))
                (t, p) = (t + 1, p + 1);
            else if (star >= 0)
                (p, t) = (star + 1, ++mark);
            else
                return false;
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
