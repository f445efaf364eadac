using System.Globalization;
using System.Text;

namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>A word of a text as names are looked up by it.</summary>
/// <param name="Start">First character.</param>
/// <param name="Length">Number of characters.</param>
/// <param name="Folded">Lower case without diacritics.</param>
/// <param name="Spelled">The other spelling of umlauts (ae, oe, ue); null where it has none.</param>
/// <param name="FollowsClosely">Whether no more than a little punctuation stands between it and the word before.</param>
internal readonly record struct NameWord(int Start, int Length, string Folded, string? Spelled, bool FollowsClosely);

/// <summary>Cuts a text into words. Linear.</summary>
internal static class NameWords
{
    public const int FewestLetters = 3;
    private const int LongestWord = 60;
    private const int WidestGap = 3;

    // Legal forms of the countries that the product is sold in.
    private static readonly HashSet<string> LegalForms =
    [
        "inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "plc", "corp", "corporation", "co", "company", "gmbh", "ag", "kg", "ohg", "ug", "se", "sa", "sas", "sarl", "srl", "spa",
        "bv", "nv", "ab", "as", "asa", "oy", "oyj", "aps", "sl", "pty", "pte", "kk", "sp", "zoo", "kft", "group", "holding", "holdings", "mbh", "eg", "ev", "snc", "lda", "ltda",
    ];

    private static readonly HashSet<string> Particles =
        ["van", "von", "der", "den", "del", "della", "des", "dos", "das", "the", "and", "und", "for", "bin", "ibn", "mrs", "miss", "prof", "dr", "jun", "sen", "iii", "phd", "mba"];

    public static bool IsLegalForm(string folded) => LegalForms.Contains(folded);

    public static bool IsParticle(string folded) => Particles.Contains(folded);

    public static List<NameWord> Read(string text)
    {
        List<NameWord> words = [];
        var lastEnd = -1;
        for (var i = 0; i < text.Length;)
        {
            if (!IsWord(text[i]))
            {
                i++;
                continue;
            }
            var start = i;
            while (i < text.Length && IsWord(text[i]))
                i++;
            var close = lastEnd >= 0 && start - lastEnd <= WidestGap && IsLink(text.AsSpan(lastEnd, start - lastEnd));
            var (folded, spelled) = Fold(text.AsSpan(start, Math.Min(i - start, LongestWord)));
            words.Add(new NameWord(start, i - start, folded, spelled, close));
            lastEnd = i;
        }
        return words;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark;

    private static bool IsLink(ReadOnlySpan<char> gap)
    {
        var breaks = 0;
        foreach (var c in gap)
        {
            if (c == '\n' && ++breaks > 1)
                return false;
            if (!char.IsWhiteSpace(c) && c is not ('-' or '\'' or '’' or '‘' or '`' or '.' or ',' or '&' or '\u2010' or '\u2011' or '/' or '_' or '+'))
                return false;
        }
        return true;
    }

    private static (string Folded, string? Spelled) Fold(ReadOnlySpan<char> word)
    {
        if (!word.ContainsAnyExceptInRange('\0', '\u007F'))
            return (string.Create(word.Length, word, static (target, source) => source.ToLowerInvariant(target)), null);
        var folded = new StringBuilder(word.Length);
        var spelled = new StringBuilder(word.Length + 2);
        var differs = false;
        foreach (var c in word.ToString().Normalize(NormalizationForm.FormC).ToLowerInvariant())
        {
            var umlaut = c switch { 'ä' or 'æ' => "ae", 'ö' or 'ø' or 'œ' => "oe", 'ü' => "ue", 'å' => "aa", _ => null };
            var plain = Plain(c);
            folded.Append(plain);
            spelled.Append(umlaut ?? plain);
            differs |= umlaut is not null;
        }
        return (folded.ToString(), differs ? spelled.ToString() : null);
    }

    private static string Plain(char c) => c switch
    {
        'ß' => "ss", 'ø' => "o", 'ł' => "l", 'đ' or 'ð' => "d", 'ı' => "i", 'æ' => "ae", 'œ' => "oe", 'þ' => "th",
        _ when c < '\u0080' => c.ToString(),
        _ => Bare(c),
    };

    private static string Bare(char c)
    {
        if (char.IsSurrogate(c))
            return c.ToString();
        var bare = new StringBuilder(2);
        foreach (var part in c.ToString().Normalize(NormalizationForm.FormD))
        {
            if (char.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
                bare.Append(part);
        }
        return bare.ToString();
    }
}
