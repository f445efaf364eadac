using System.Text;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>Which letters of other scripts <see cref="WordFold"/> reads as the Latin ones they pass for.</summary>
internal enum Lookalikes
{
    /// <summary>None.</summary>
    Keep,

    /// <summary>Those in words that mix scripts, as no language does.</summary>
    FoldMixed,

    /// <summary>All of them; Russian or Greek words come out as gibberish, but always as the same one.</summary>
    FoldAll,
}

/// <summary>Folds a word to the form in which phrases are compared: lower case, no accents, no apostrophes, no letters that only look Latin.</summary>
internal static class WordFold
{
    /// <summary>Longer words are nobody's cue.</summary>
    public const int MaxWord = 40;

    // Base letters of U+00C0 to U+017F; '?' marks the few that become two letters or none.
    private const string Bases =
        "aaaaaa?ceeeeiiiidnooooo?ouuuuyt?aaaaaa?ceeeeiiiidnooooo?ouuuuyty" +
        "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllll" +
        "lllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

    /// <summary>Writes the folded word and gives its length; -1 when it does not fit.</summary>
    public static int Fold(ReadOnlySpan<char> word, Span<char> folded, Lookalikes lookalikes = Lookalikes.FoldMixed)
    {
        var length = 0;
        var latin = lookalikes == Lookalikes.FoldAll || lookalikes == Lookalikes.FoldMixed && !Ascii.IsValid(word) && Confusables.IsMixed(word);
        foreach (var read in word)
        {
            if (length + 2 > folded.Length)
                return -1;
            var c = latin && read >= '\u0080' ? Confusables.ToLatin(read) : read;
            if (c < '\u0080')
            {
                if (c != '\'')
                    folded[length++] = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
            }
            else if (c is '\u2019' or '\u2018' or '\u00B4' or (>= '\u0300' and <= '\u036F'))
            {
                continue;
            }
            else if (c is 'ß' or 'æ' or 'Æ' or 'œ' or 'Œ')
            {
                (folded[length], folded[length + 1]) = c == 'ß' ? ('s', 's') : c is 'æ' or 'Æ' ? ('a', 'e') : ('o', 'e');
                length += 2;
            }
            else
            {
                folded[length++] = c is >= 'À' and <= 'ſ' && Bases[c - 'À'] != '?' ? Bases[c - 'À'] : char.ToLowerInvariant(c);
            }
        }
        return length;
    }

    /// <summary>Folds and hashes the ASCII letters that a text begins with in one pass, where they are the whole word: most words are.</summary>
    /// <returns>How many; 0 when the word goes on with anything else or is longer than <see cref="MaxWord"/>.</returns>
    public static int FoldPlain(ReadOnlySpan<char> text, Span<char> folded, out uint hash)
    {
        hash = WordHash.Basis;
        var most = Math.Min(text.Length, MaxWord);
        var length = 0;
        for (; length < most && char.IsAsciiLetter(text[length]); length++)
        {
            var letter = (char)(text[length] | 0x20);
            folded[length] = letter;
            hash = WordHash.Next(hash, letter);
        }
        return length == text.Length || length < most && text[length] is < '\u0080' and not '\'' ? length : 0;
    }

    public static string Fold(string word, Lookalikes lookalikes = Lookalikes.FoldMixed)
    {
        Span<char> folded = stackalloc char[MaxWord + 2];
        var length = Fold(word, folded, lookalikes);
        return length < 0 ? word : folded[..length].ToString();
    }
}
