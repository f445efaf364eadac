using System.Text;

namespace CrmSync.Pipeline.Text;

/// <summary>The cleaned form of a text, as a model reads it. Pure, never throws, linear; cleaning a cleaned text changes nothing.</summary>
public static class TextCleaner
{
    /// <summary>
    /// Plain text of <paramref name="raw"/> with placeholders (<c>[link]</c>, <c>[address]</c>, <c>[phone]</c>) and single spaces, at most one empty
    /// line in a row. A <c>&lt;</c> or <c>&amp;</c> that could be read as mark-up is set apart by a space, so no second pass decodes anything.
    /// </summary>
    public static string Clean(string raw) => Polish(TextDecoder.Decode(raw, out _));

    /// <summary>The last step alone, for text that is decoded already.</summary>
    internal static string Polish(ReadOnlySpan<char> decoded)
    {
        var builder = new StringBuilder(decoded.Length);
        var position = 0;
        var placed = -1;
        while (position < decoded.Length)
        {
            var (length, placeholder) = Placeholders.Match(decoded, position, placed == position);
            if (placeholder is not null)
            {
                builder.Append(placeholder);
                placed = position += length;
                continue;
            }
            AppendCharacter(builder, decoded, position++);
        }
        while (builder.Length > 0 && builder[^1] is ' ' or '\n')
            builder.Length--;
        return builder.ToString();
    }

    private static void AppendCharacter(StringBuilder builder, ReadOnlySpan<char> text, int position)
    {
        var c = text[position];
        if (c == '\n')
        {
            while (builder.Length > 0 && builder[^1] == ' ')
                builder.Length--;
            if (builder.Length > 0 && !(builder[^1] == '\n' && (builder.Length == 1 || builder[^2] == '\n')))
                builder.Append('\n');
            return;
        }
        if (c is ' ' or '\t' || char.IsWhiteSpace(c))
        {
            if (builder.Length > 0 && builder[^1] is not (' ' or '\n'))
                builder.Append(' ');
            return;
        }
        builder.Append(c);
        var next = position + 1 < text.Length ? text[position + 1] : ' ';
        if (c == '<' && (char.IsAsciiLetter(next) || next is '/' or '!' or '?') || c == '&' && (char.IsAsciiLetter(next) || next == '#'))
            builder.Append(' ');
    }
}
