using System.Net;
using System.Net.Sockets;

namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>Finds personal data that has a shape of its own. Each place of the text is looked at a bounded number of times.</summary>
internal static class PersonalDataScan
{
    private const int LongestLocalPart = 64;
    private const int LongestDomain = 253;
    private const int LongestAddress = 45;
    private static readonly string[] Kinds = ["email", "phone", "card", "account", "ip", "id", "person", "company"];

    // Length by country (SWIFT's IBAN registry, release of 2026-01).
    private static readonly Dictionary<string, int> IbanLengths = new(StringComparer.Ordinal)
    {
        ["AD"] = 24, ["AE"] = 23, ["AL"] = 28, ["AT"] = 20, ["AZ"] = 28, ["BA"] = 20, ["BE"] = 16, ["BG"] = 22, ["BH"] = 22, ["BR"] = 29, ["BY"] = 28, ["CH"] = 21, ["CR"] = 22, ["CY"] = 28,
        ["CZ"] = 24, ["DE"] = 22, ["DK"] = 18, ["DO"] = 28, ["EE"] = 20, ["EG"] = 29, ["ES"] = 24, ["FI"] = 18, ["FO"] = 18, ["FR"] = 27, ["GB"] = 22, ["GE"] = 22, ["GI"] = 23, ["GL"] = 18, ["GR"] = 27,
        ["GT"] = 28, ["HR"] = 21, ["HU"] = 28, ["IE"] = 22, ["IL"] = 23, ["IQ"] = 23, ["IS"] = 26, ["IT"] = 27, ["JO"] = 30, ["KW"] = 30, ["KZ"] = 20, ["LB"] = 28, ["LI"] = 21, ["LT"] = 20, ["LU"] = 20,
        ["LV"] = 21, ["MC"] = 27, ["MD"] = 24, ["ME"] = 22, ["MK"] = 19, ["MR"] = 27, ["MT"] = 31, ["MU"] = 30, ["NL"] = 18, ["NO"] = 15, ["PK"] = 24, ["PL"] = 28, ["PS"] = 29, ["PT"] = 25, ["QA"] = 29,
        ["RO"] = 24, ["RS"] = 22, ["SA"] = 24, ["SE"] = 24, ["SI"] = 19, ["SK"] = 24, ["SM"] = 27, ["TN"] = 24, ["TR"] = 26, ["UA"] = 29, ["VA"] = 22, ["XK"] = 20,
    };

    /// <summary>Everything of a shape, in text order.</summary>
    public static List<PersonalSpan> Find(string text)
    {
        List<PersonalSpan> spans = [];
        var run = new NumberRun();
        var done = 0;
        for (var at = 0; at < text.Length;)
        {
            var found = MatchEmail(text, at, done) ?? (at == 0 || !char.IsLetterOrDigit(text[at - 1]) ? MatchHere(text, at, run) : null);
            if (found is { } span)
            {
                spans.Add(span);
                at = done = span.Start + span.Length;
                continue;
            }
            var skipped = PlaceholderLength(text, at);
            at += Math.Max(1, skipped);
            if (skipped > 0)
                done = at;
        }
        return spans;
    }

    /// <summary>Length of a placeholder of ours that begins here; 0 for none.</summary>
    public static int PlaceholderLength(string text, int at)
    {
        if (text[at] != '[')
            return 0;
        foreach (var kind in Kinds)
        {
            if (string.CompareOrdinal(text, at + 1, kind, 0, kind.Length) != 0 || at + kind.Length + 2 >= text.Length || text[at + kind.Length + 1] != ' ')
                continue;
            var end = at + kind.Length + 2;
            while (end < text.Length && end - at < 20 && char.IsAsciiDigit(text[end]))
                end++;
            if (end > at + kind.Length + 2 && end < text.Length && text[end] == ']')
                return end + 1 - at;
        }
        return 0;
    }

    private static PersonalSpan? MatchHere(string text, int at, NumberRun run)
    {
        var c = text[at];
        if (char.IsAsciiLetter(c))
            return MatchIban(text, at) ?? Id(text, at, NationalIds.MatchLetters(text, at)) ?? MatchIp6(text, at);
        if (c == ':')
            return MatchIp6(text, at);
        if (c is '+' or '(')
            return MatchTelephone(text, at, run);
        if (!char.IsAsciiDigit(c))
            return null;
        run.Read(text, at);
        if (run.Count == 0)
            return null;
        return MatchIp4(text, run) ?? MatchIp6(text, at) ?? Id(text, at, NationalIds.MatchLetters(text, at)) ?? MatchCard(text, run)
            ?? Id(text, at, NationalIds.MatchDigits(text, run)) ?? MatchTelephone(text, at, run);
    }

    private static PersonalSpan? MatchTelephone(string text, int at, NumberRun run) =>
        Telephones.Match(text, at, run) is { } end ? new PersonalSpan(at, end - at, "phone", Digits(text, at, end)) : null;

    private static PersonalSpan? Id(string text, int at, int? end) =>
        end is { } there ? new PersonalSpan(at, there - at, "id", Plain(text, at, there)) : null;

    // name@host, name%40host in links, name (at) host (dot) tld.
    private static PersonalSpan? MatchEmail(string text, int at, int floor)
    {
        var sign = text[at] switch
        {
            '@' => 1,
            '%' when string.CompareOrdinal(text, at, "%40", 0, 3) == 0 => 3,
            '(' or '[' or '{' => Spelled(text, at, "at"),
            ' ' when at + 1 < text.Length && text[at + 1] is '(' or '[' or '{' => Spelled(text, at + 1, "at") is > 0 and var length ? length + 1 : 0,
            _ => 0,
        };
        if (sign == 0)
            return null;
        var start = at;
        while (start > floor && at - start < LongestLocalPart && IsLocalPart(text[start - 1]))
            start--;
        while (start < at && text[start] is '.' or '-' or '\'' or '/' or '=')
            start++;
        var end = at + sign;
        if (end < text.Length && text[end] == ' ' && sign > 3)
            end++;
        var host = end;
        var dots = 0;
        while (end < text.Length && end - host < LongestDomain)
        {
            if (char.IsLetterOrDigit(text[end]) || text[end] is '-')
                end++;
            else if (text[end] == '.' && end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1]))
                (end, dots) = (end + 1, dots + 1);
            else if (text[end] is ' ' or '(' or '[' or '{' && Spelled(text, text[end] == ' ' ? end + 1 : end, "dot") is > 0 and var dot)
                (end, dots) = (SkipSpace(text, end + dot + (text[end] == ' ' ? 1 : 0)), dots + 1);
            else
                break;
        }
        // Without a dot it is a mention or a price, not an address.
        if (start == at || end == host || dots == 0)
            return null;
        return new PersonalSpan(start, end - start, "email", text[start..end].ToLowerInvariant());
    }

    private static int SkipSpace(string text, int at) => at < text.Length && text[at] == ' ' ? at + 1 : at;

    // "(at)" or "[at]", blanks inside allowed.
    private static int Spelled(string text, int at, string word)
    {
        if (at >= text.Length || text[at] is not ('(' or '[' or '{'))
            return 0;
        var from = SkipSpace(text, at + 1);
        if (string.Compare(text, from, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) != 0)
            return 0;
        var end = SkipSpace(text, from + word.Length);
        return end < text.Length && text[end] is ')' or ']' or '}' ? end + 1 - at : 0;
    }

    private static bool IsLocalPart(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-' or '\'' or '!' or '#' or '$' or '&' or '*' or '=' or '^' or '`' or '{' or '|' or '}' or '~';

    private static PersonalSpan? MatchIban(string text, int at)
    {
        if (at + 4 > text.Length || !char.IsAsciiLetter(text[at + 1]) || !char.IsAsciiDigit(text[at + 2]) || !char.IsAsciiDigit(text[at + 3])
            || !IbanLengths.TryGetValue(text.Substring(at, 2).ToUpperInvariant(), out var wanted))
            return null;
        Span<char> plain = stackalloc char[34];
        var length = 0;
        var end = at;
        while (end < text.Length && length < wanted)
        {
            if (char.IsAsciiLetterOrDigit(text[end]))
                plain[length++] = text[end++];
            else if (text[end] is ' ' or '-' or '\u00A0' or '.' && end + 1 < text.Length && char.IsAsciiLetterOrDigit(text[end + 1]))
                end++;
            else
                break;
        }
        return length == wanted && (end == text.Length || !char.IsLetterOrDigit(text[end])) && Checksums.Iban(plain[..length])
            ? new PersonalSpan(at, end - at, "account", Plain(text, at, end))
            : null;
    }

    private static PersonalSpan? MatchCard(string text, NumberRun run)
    {
        for (var groups = run.Count; groups > 0; groups--)
        {
            var digits = run.Digits(groups);
            if (digits.Length is >= 13 and <= 19 && run.IsJoinedBy(groups, " -\u00A0") && IsIssued(digits) && Checksums.Luhn(digits)
                && (run.End(groups) == text.Length || !char.IsLetterOrDigit(text[run.End(groups)])))
                return new PersonalSpan(run.Start(0), run.End(groups) - run.Start(0), "card", digits.ToString());
        }
        return null;
    }

    // What schemes issue: Visa, Mastercard, American Express, Diners, Discover, UnionPay, Maestro, JCB.
    private static bool IsIssued(ReadOnlySpan<char> digits)
    {
        var four = ((digits[0] - '0') * 1000) + ((digits[1] - '0') * 100) + ((digits[2] - '0') * 10) + digits[3] - '0';
        return digits.Length switch
        {
            13 or 19 when digits[0] == '4' => true,
            14 => four is (>= 3000 and < 3060) or (>= 3600 and < 3700) or (>= 3800 and < 4000),
            15 => four is (>= 3400 and < 3500) or (>= 3700 and < 3800),
            16 => digits[0] == '4' || four is (>= 5000 and < 5900) or (>= 2221 and <= 2720) or (>= 3528 and < 3590) or (>= 6000 and < 7000),
            >= 17 => digits[0] == '6',
            _ => false,
        };
    }

    private static PersonalSpan? MatchIp4(string text, NumberRun run)
    {
        if (run.Count < 4 || !run.IsJoinedBy(4, "."))
            return null;
        for (var i = 0; i < 4; i++)
        {
            if (run[i] > 3 || run.Value(i) > 255 || (run[i] > 1 && text[run.Start(i)] == '0'))
                return null;
        }
        var (start, end) = (run.Start(0), run.End(4));
        var goesOn = end < text.Length && (char.IsLetterOrDigit(text[end]) || (text[end] == '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1])));
        return goesOn || NumberContext.IsReference(text, start) ? null : new PersonalSpan(start, end - start, "ip", text[start..end]);
    }

    private static PersonalSpan? MatchIp6(string text, int at)
    {
        if (!char.IsAsciiHexDigit(text[at]) && text[at] != ':')
            return null;
        var (end, colons, digits) = (at, 0, 0);
        while (end < text.Length && end - at < LongestAddress && (char.IsAsciiHexDigit(text[end]) || text[end] is ':' or '.'))
        {
            colons += text[end] == ':' ? 1 : 0;
            digits += text[end] is ':' or '.' ? 0 : 1;
            end++;
        }
        while (end > at && text[end - 1] is '.' || (end > at + 1 && text[end - 1] == ':' && text[end - 2] != ':'))
            end--;
        if (colons < 2 || digits < 3 || (end < text.Length && char.IsLetterOrDigit(text[end])))
            return null;
        return IPAddress.TryParse(text.AsSpan(at, end - at), out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? new PersonalSpan(at, end - at, "ip", address.ToString())
            : null;
    }

    private static string Digits(string text, int start, int end) => string.Concat(text[start..end].Where(char.IsAsciiDigit));

    private static string Plain(string text, int start, int end) => string.Concat(text[start..end].Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
}
