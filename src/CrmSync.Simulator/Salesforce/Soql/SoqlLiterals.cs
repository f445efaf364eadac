using System.Globalization;
using System.Text;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Reads values as Salesforce writes them in a statement, and writes them again.</summary>
internal static class SoqlLiterals
{
    private static readonly string[] DateTimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
    ];

    public static SoqlValue? Read(string literal)
    {
        if (DateOnly.TryParseExact(literal, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
            return new SoqlDate(date);
        if (literal.Contains('T', StringComparison.Ordinal) && HasOffset(literal)
            && DateTimeOffset.TryParseExact(literal, DateTimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset instant))
            return new SoqlDateTime(instant.UtcDateTime);
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        return decimal.TryParse(literal, style, CultureInfo.InvariantCulture, out decimal number) ? new SoqlNumber(number) : null;
    }

    /// <summary>The text between the quotes with its escapes undone, or null with the place of the first escape that SOQL does not know.</summary>
    public static string? Unescape(string raw, out int wrongAt)
    {
        StringBuilder text = new(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            wrongAt = i;
            if (ReadEscape(raw, ref i) is not char c)
                return null;
            text.Append(c);
        }

        wrongAt = -1;
        return text.ToString();
    }

    /// <summary>Like <see cref="Unescape"/>, for a LIKE pattern: wildcards stay, escaped wildcards and backslashes stay escaped.</summary>
    public static string? UnescapePattern(string raw, out int wrongAt)
    {
        StringBuilder text = new(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            wrongAt = i;
            if (raw[i] != '\\')
                text.Append(raw[i]);
            else if (i + 1 < raw.Length && raw[i + 1] is '%' or '_' or '\\')
                text.Append('\\').Append(raw[++i]);
            else if (ReadEscape(raw, ref i) is char c)
                text.Append(c);
            else
                return null;
        }

        wrongAt = -1;
        return text.ToString();
    }

    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 8);
        foreach (char c in text)
            escaped.Append(c == '\\' ? "\\\\" : EscapeOne(c));
        return escaped.ToString();
    }

    public static string EscapePattern(string pattern)
    {
        StringBuilder escaped = new(pattern.Length + 8);
        foreach (char c in pattern)
            escaped.Append(c == '\\' ? "\\" : EscapeOne(c));
        return escaped.ToString();
    }

    private static string EscapeOne(char c) => c switch
    {
        '\'' => "\\'",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        _ => c.ToString(),
    };

    private static char? ReadEscape(string raw, ref int i)
    {
        if (++i >= raw.Length)
            return null;
        switch (raw[i])
        {
            case 'n' or 'N':
                return '\n';
            case 'r' or 'R':
                return '\r';
            case 't' or 'T':
                return '\t';
            case 'b' or 'B':
                return '\b';
            case 'f' or 'F':
                return '\f';
            case '"' or '\'' or '\\':
                return raw[i];
            case 'u' when i + 4 < raw.Length
                && ushort.TryParse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                i += 4;
                return (char)code;
            default:
                return null;
        }
    }

    // A time without an offset is refused: it would silently mean the machine's own zone.
    private static bool HasOffset(string literal) => literal[^1] == 'Z' || literal.LastIndexOfAny(['+', '-']) > 10;
}
