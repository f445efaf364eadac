using System.Buffers;
using System.Net;
using System.Text;

namespace CrmSync.Pipeline.Text;

/// <summary>Turns what a CRM holds into plain text: pure, never throws, linear in the length of what it reads.</summary>
public static class TextDecoder
{
    /// <summary>Characters of plain text that are read; what follows can no longer change what an activity mainly was.</summary>
    public const int MaxPlainLength = 200_000;

    /// <summary>Characters of raw HTML that are read: mark-up is thick, and a 2 MB body still yields its text.</summary>
    public const int MaxRawLength = 4_000_000;

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("\n\t" + string.Concat(Enumerable.Range(' ', '\u007F' - ' ').Select(c => (char)c)));

    /// <summary>Plain text of a subject or body.</summary>
    /// <param name="raw">Text or HTML, untrusted.</param>
    /// <param name="truncated">True when something beyond the limits was left out.</param>
    public static string Decode(string raw, out bool truncated) => Decode(raw, dropHidden: true, out truncated);

    internal static string Decode(string raw, bool dropHidden, out bool truncated)
    {
        ArgumentNullException.ThrowIfNull(raw);
        truncated = false;
        var text = raw;
        if (HtmlText.LooksLikeHtml(raw))
        {
            truncated = raw.Length > MaxRawLength;
            text = HtmlText.ToPlain(truncated ? raw[..MaxRawLength] : raw, MaxPlainLength, dropHidden, ref truncated);
        }
        else
        {
            text = Cut(text, MaxPlainLength, ref truncated);
            if (text.Contains('&'))
                text = WebUtility.HtmlDecode(text);
        }
        text = Normalize(StripInvisible(text));
        // Compatibility forms may grow up to eighteenfold, so the limit is applied again.
        return Cut(text, MaxPlainLength, ref truncated);
    }

    private static string Normalize(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var normal = text.Normalize(NormalizationForm.FormKC);
        var repaired = Mojibake.Repair(normal);
        return ReferenceEquals(repaired, normal) ? normal : repaired.Normalize(NormalizationForm.FormKC);
    }

    private static string Cut(string text, int limit, ref bool truncated)
    {
        if (text.Length <= limit)
            return text;
        truncated = true;
        return TextCut.AtMost(text, limit);
    }

    /// <summary>Drops control and zero-width characters, replaces lone surrogates, makes every line break one LF.</summary>
    private static string StripInvisible(string text)
    {
        var first = IndexOfUnclean(text);
        if (first < 0)
            return text;
        var builder = new StringBuilder(text.Length);
        builder.Append(text, 0, first);
        for (var i = first; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\n' or '\t')
                builder.Append(c);
            else if (c is '\r')
                builder.Append(i + 1 < text.Length && text[i + 1] == '\n' ? "" : "\n");
            else if (c is '\u0085' or '\u2028' or '\u2029')
                builder.Append('\n');
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                AppendPair(builder, c, text[++i]);
            else if (char.IsSurrogate(c) || c >= '\uFFFE' || c is >= '\uFDD0' and <= '\uFDEF')
                builder.Append('\uFFFD');
            else if (!IsInvisible(c))
                builder.Append(c);
        }
        return builder.ToString();
    }

    private static int IndexOfUnclean(string text)
    {
        // Most text has nothing else; whatever it has is looked at one by one.
        for (var i = text.AsSpan().IndexOfAnyExcept(PlainCharacters); i >= 0 && i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= ' ' and < '\u007F' or '\n' or '\t' or (> '\u00AD' and < '\u034F'))
                continue;
            if (IsInvisible(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or >= '\uFDD0')
                return i;
        }
        return -1;
    }

    private static void AppendPair(StringBuilder builder, char high, char low)
    {
        var scalar = char.ConvertToUtf32(high, low);
        // Tag characters and variation selectors are invisible: they can smuggle text past a reader. Non-characters break normalization.
        if (scalar is >= 0xE0000 and <= 0xE0FFF)
            return;
        if ((scalar & 0xFFFE) == 0xFFFE)
            builder.Append('\uFFFD');
        else
            builder.Append(high).Append(low);
    }

    private static bool IsInvisible(char c) => c is < ' ' or (>= '\u007F' and <= '\u009F') or '\u00AD' or '\u061C' or '\u180E'
        or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u206F')
        or (>= '\uFE00' and <= '\uFE0F') or '\uFEFF' or (>= '\uFFF9' and <= '\uFFFB') or '\u034F' or '\u115F' or '\u1160' or '\u3164' or '\uFFA0';
}
