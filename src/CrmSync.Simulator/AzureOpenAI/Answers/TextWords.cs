using CrmSync.Simulator.Pages;

namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>
/// What stays of a text however a prompt shows it: its words in lower case, without markup, punctuation, numbers and weekdays (which
/// worlds vary). Linear in its length.
/// </summary>
internal static class TextWords
{
    private static readonly HashSet<ulong> Weekdays =
        [.. new[] { "monday", "tuesday", "wednesday", "thursday", "friday" }.Select(day => Hash.Of(day))];

    /// <summary>The hash of each word, in order.</summary>
    public static List<ulong> Read(string text)
    {
        var plain = PlainText.Of(text);
        List<ulong> words = [];
        Span<char> word = stackalloc char[64];
        for (var i = 0; i < plain.Length;)
        {
            var (length, digits) = (0, false);
            while (i < plain.Length && char.IsLetterOrDigit(plain[i]))
            {
                digits |= char.IsDigit(plain[i]);
                if (length < word.Length)
                    word[length++] = char.ToLowerInvariant(plain[i]);
                i++;
            }

            if (length == 0)
            {
                i++;
                continue;
            }

            var hash = Hash.Of(word[..length]);
            if (!digits && !Weekdays.Contains(hash))
                words.Add(hash);
        }
        return words;
    }

    /// <summary>Hashes of each run of so many words; none where there are fewer.</summary>
    public static IEnumerable<ulong> Runs(List<ulong> words, int length)
    {
        for (var i = 0; i + length <= words.Count; i++)
            yield return Joined(words, i, length);
    }

    /// <summary>One hash of words in order.</summary>
    public static ulong Joined(List<ulong> words, int start, int length)
    {
        ulong hash = 17;
        for (var i = start; i < start + length; i++)
            hash = Hash.Mixed((hash * 31) + words[i]);
        return hash;
    }
}
