using System.Globalization;
using System.Text;

namespace CrmSync.Pipeline.Search;

/// <summary>A word of a text with its place there.</summary>
/// <param name="Text">Folded: lower case, without accents, letters and digits only.</param>
/// <param name="Start">First character in the text.</param>
/// <param name="Length">Characters in the text.</param>
public readonly record struct FoundWord(string Text, int Start, int Length);

/// <summary>
/// Folds words the same way where texts are taken in, where somebody searches, and where what was found is marked: compatibility forms resolved, lower case, accents
/// gone. Scripts that put no spaces between words count each sign as a word. Pure, thread-safe, linear in the text, never throws on content.
/// </summary>
public static class SearchWords
{
    /// <summary>Characters of a text that are taken in; what stands behind them is not found.</summary>
    public const int Reach = 100_000;

    /// <summary>Characters of a word that count; longer ones agree as soon as these do.</summary>
    public const int Longest = 40;

    /// <summary>The words of a text, separated by single spaces.</summary>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var folded = new StringBuilder(Math.Min(text.Length, Reach));
        foreach (var word in Of(text, Reach))
            (folded.Length == 0 ? folded : folded.Append(' ')).Append(word.Text);
        return folded.ToString();
    }

    /// <summary>The words of a text with their places, in text order.</summary>
    /// <param name="text">Untrusted.</param>
    /// <param name="limit">Characters to read at most.</param>
    public static IEnumerable<FoundWord> Of(string text, int limit)
    {
        ArgumentNullException.ThrowIfNull(text);
        var word = new StringBuilder(Longest);
        var (start, at, end) = (0, 0, Math.Min(text.Length, limit));
        while (at < end)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            var kind = KindOf(rune);
            if (word.Length > 0 && kind is Kind.Gap or Kind.Sign)
            {
                yield return new FoundWord(word.ToString(), start, at - start);
                word.Clear();
            }
            if (kind is Kind.Sign)
            {
                yield return new FoundWord(rune.ToString(), at, length);
            }
            else if (kind is Kind.Letter)
            {
                if (word.Length == 0)
                    start = at;
                if (word.Length < Longest)
                    Append(word, rune);
            }
            at += length;
        }
        if (word.Length > 0)
            yield return new FoundWord(word.ToString(), start, at - start);
    }

    private static void Append(StringBuilder word, Rune rune)
    {
        if (rune.IsAscii)
        {
            word.Append((char)(rune.Value is >= 'A' and <= 'Z' ? rune.Value | 0x20 : rune.Value));
            return;
        }
        foreach (var part in Rune.ToLowerInvariant(rune).ToString().Normalize(NormalizationForm.FormKD).ToLowerInvariant().EnumerateRunes())
            if (KindOf(part) is Kind.Letter && Rune.GetUnicodeCategory(part) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark))
                word.Append(part.ToString());
    }

    private static Kind KindOf(Rune rune) => rune.Value switch
    {
        // Kana, Han, Hangul syllables stand close together; Thai, Lao, Khmer and Burmese, too.
        (>= 0x3041 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) or (>= 0x0E01 and <= 0x0EDF) or (>= 0x1780 and <= 0x17FF)
            or (>= 0x1000 and <= 0x109F) => Rune.IsLetterOrDigit(rune) ? Kind.Sign : Kind.Gap,
        _ when Rune.IsLetterOrDigit(rune) => Kind.Letter,
        // An accent that stands alone belongs to the letter before it.
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark => Kind.Letter,
        _ => Kind.Gap,
    };

    private enum Kind
    {
        Gap,
        Letter,
        Sign,
    }
}
