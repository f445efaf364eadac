namespace CrmSync.Pipeline.Text;

/// <summary>Finds links, mail addresses and telephone numbers. Each character is looked at a bounded number of times.</summary>
internal static class Placeholders
{
    private const int MaxLocalPart = 64;
    private const int MaxPhone = 24;

    /// <summary>The placeholder that stands for the text at <paramref name="position"/> and how many characters it replaces; null when none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">Where to look.</param>
    /// <param name="afterPlaceholder">True right behind a placeholder: a second pass would see a bracket there, so this one does as well.</param>
    public static (int Length, string? Placeholder) Match(ReadOnlySpan<char> text, int position, bool afterPlaceholder)
    {
        var rest = text[position..];
        switch (rest[0])
        {
            case 'h' or 'H' when rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase):
                return Link(rest, rest.IndexOf("//", StringComparison.Ordinal) + 2);
            case 'w' or 'W' when rest.StartsWith("www.", StringComparison.OrdinalIgnoreCase):
                return Link(rest, 4);
            case '+':
                return Phone(rest);
            default:
                return IsLocalPart(rest[0]) && (position == 0 || afterPlaceholder || !IsLocalPart(text[position - 1])) ? Address(rest) : (0, null);
        }
    }

    private static (int, string?) Link(ReadOnlySpan<char> rest, int prefix)
    {
        var end = prefix;
        while (end < rest.Length && !char.IsWhiteSpace(rest[end]) && rest[end] is not ('<' or '>' or '"' or '[' or ']'))
            end++;
        return end > prefix ? (end, "[link]") : (0, null);
    }

    private static (int, string?) Address(ReadOnlySpan<char> rest)
    {
        var at = 1;
        while (at < rest.Length && at <= MaxLocalPart && IsLocalPart(rest[at]))
            at++;
        if (at >= rest.Length || rest[at] != '@')
            return (0, null);
        var end = at + 1;
        while (end < rest.Length && (char.IsLetterOrDigit(rest[end]) || rest[end] is '.' or '-'))
            end++;
        return end > at + 1 ? (end, "[address]") : (0, null);
    }

    private static (int, string?) Phone(ReadOnlySpan<char> rest)
    {
        var digits = 0;
        var end = 1;
        var last = 0;
        for (; end < rest.Length && end < MaxPhone; end++)
        {
            if (char.IsAsciiDigit(rest[end]))
                (digits, last) = (digits + 1, end + 1);
            else if (rest[end] is not (' ' or '-' or '.' or '(' or ')' or '/'))
                break;
        }
        return digits >= 7 ? (last, "[phone]") : (0, null);
    }

    private static bool IsLocalPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-' || c > '\u007F' && char.IsLetter(c);
}
