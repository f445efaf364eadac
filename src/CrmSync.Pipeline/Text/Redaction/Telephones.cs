namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>
/// Telephone numbers: international ones by their sign, national ones by the shape that their country writes them in, any other digits only where the words before
/// say so; dates, amounts and numbers of orders look too much like them.
/// </summary>
internal static class Telephones
{
    private const int Fewest = 7;
    private const int Most = 15;

    /// <summary>The end of a number that begins at a place; null where none does.</summary>
    public static int? Match(string text, int at, NumberRun run)
    {
        var first = at;
        while (first < text.Length && first - at < 4 && text[first] is '+' or '(' or ' ')
            first++;
        if (first >= text.Length || !char.IsAsciiDigit(text[first]))
            return null;
        run.Read(text, first);
        if (run.Count == 0)
            return null;
        var signed = text[at] == '+' || (text[at] == '(' && text[at + 1] == '+');
        var groups = Groups(run, signed ? Most + 1 : Most);
        if (groups == 0)
            return null;
        var end = run.End(groups);
        if (end < text.Length && char.IsLetter(text[end]) && text[end] is not ('x' or 'e'))
            return null;
        var digits = run.Digits(groups).Length;
        // What goes on from digits before it is the middle of something longer, such as an account.
        if (!signed && at > 1 && text[at - 1] is ' ' or '-' or '.' or '\u00A0' && char.IsAsciiDigit(text[at - 2]))
            return null;
        if (signed)
            return digits >= Fewest + 1 ? end : null;
        var bracketed = text[at] == '(' && run.Count > 1 && run.Gap(0).Contains(')');
        if (text[at] == '(' && !bracketed)
            return null;
        if (!bracketed && (run.BeginsWithDate() || AreYears(run) || NumberContext.IsAmount(text, first, end)))
            return null;
        if (NorthAmerica(run, bracketed) is { } american)
            return NumberContext.IsReference(text, at) ? null : run.End(american);
        if (bracketed)
            return digits >= Fewest + 1 && run.Digits(1)[0] == '0' ? end : null;
        if (NumberContext.IsTelephone(text, first))
            return digits >= Fewest - 1 ? end : null;
        return IsNational(run, groups) && !NumberContext.IsReference(text, at) ? end : null;
    }

    private static int Groups(NumberRun run, int most)
    {
        var (groups, digits) = (0, 0);
        while (groups < run.Count && digits + run[groups] <= most)
        {
            // Behind the first two groups a bracket or a wide gap begins something else: a remark, or the next number.
            if (groups > 0 && run.Gap(groups - 1) is var gap && ((groups > 1 && gap.Contains('(')) || (groups > 2 && gap.Length > 1)))
                break;
            digits += run[groups++];
        }
        return groups;
    }

    private static int? NorthAmerica(NumberRun run, bool bracketed)
    {
        var skip = run.Count > 3 && run[0] == 1 && run.Value(0) == 1 ? 1 : 0;
        if (run.Count < 3 + skip || run[skip] != 3 || run[skip + 1] != 3 || run[skip + 2] != 4 || run.Value(skip) < 200 || run.Value(skip + 1) < 200)
            return null;
        var second = run.Gap(skip + 1);
        return second.Length == 1 && second[0] is '-' or '.' or ' ' or '\u2010' or '\u2011' or '\u2013' && (bracketed || run.Gap(skip).Length <= 2) ? skip + 3 : null;
    }

    // Behind a trunk zero (or 00 and the country) nine to fifteen digits in at least two groups.
    private static bool IsNational(NumberRun run, int groups)
    {
        var digits = run.Digits(groups);
        if (groups < 2 || digits[0] != '0' || run[0] < 2)
            return false;
        return digits.Length >= 9 && (digits.Length <= 12 || digits.StartsWith("00"));
    }

    private static bool AreYears(NumberRun run)
    {
        for (var i = 0; i < run.Count; i++)
        {
            if (run[i] != 4 || run.Value(i) is < 1900 or > 2100)
                return false;
        }
        return true;
    }
}
