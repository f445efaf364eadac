using System.Globalization;
using System.Text;

namespace CrmSync.Simulator.Seed;

/// <summary>
/// Rewords an authored text a little, so that a world larger than the authored data is not made of exact copies: another first name,
/// other amounts, other weekdays, or a reference line. What happened in the text, and so its truth, stays. Texts with almost no words
/// stay as they are: real exports are full of identical empty voicemails. Linear in the length of the text.
/// </summary>
internal static class TextVariation
{
    private const int WorthVarying = 24;

    private static readonly string[] Weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
    private static readonly string[] Lines = ["Ref ", "Our ref: ", "Ref. no. ", "File ", "Ticket ", "Record ", "Account no. "];

    /// <summary>Variant 0 is the authored text itself.</summary>
    public static (string Subject, string Body) Vary(AuthoredRow row, int variant, int seed)
    {
        if (variant == 0)
            return (row.Subject, row.Body);
        var salt = SeedRandom.Mix((ulong)variant, (ulong)seed);
        foreach (var c in row.Id)
            salt = SeedRandom.Mix(salt, c);
        var random = new SeedRandom(salt);
        var name = row.Person is null ? null : random.Pick(InventedNames.First);
        var shift = random.Next(Weekdays.Length);
        var subject = Reword(row.Subject, row.Person, name, shift, salt);
        var body = Reword(row.Body, row.Person, name, shift, salt);
        if (body.Length >= WorthVarying && (body == row.Body || random.Chance(25)))
            body = Referenced(body, random);
        return (subject, body);
    }

    private static string Reword(string text, string? person, string? name, int shift, ulong salt)
    {
        StringBuilder? reworded = null;
        var copied = 0;
        for (var i = 0; i < text.Length;)
        {
            var end = i + 1;
            string? other = null;
            if (char.IsAsciiDigit(text[i]))
            {
                end = NumberEnd(text, i);
                other = OtherNumber(text, i, end, salt);
            }
            else if (char.IsLetter(text[i]))
            {
                while (end < text.Length && char.IsLetterOrDigit(text[end]))
                    end++;
                other = OtherWord(text.AsSpan(i, end - i), person, name, shift);
            }

            if (other is not null)
            {
                (reworded ??= new(text.Length + 16)).Append(text, copied, i - copied).Append(other);
                copied = end;
            }

            i = end;
        }

        return reworded is null ? text : reworded.Append(text, copied, text.Length - copied).ToString();
    }

    private static string? OtherWord(ReadOnlySpan<char> word, string? person, string? name, int shift)
    {
        if (person is not null && word.SequenceEqual(person))
            return name;
        if (word.Length is < 6 or > 9 || !word.EndsWith("day"))
            return null;
        for (var day = 0; day < Weekdays.Length; day++)
        {
            if (word.SequenceEqual(Weekdays[day]))
                return shift == 0 ? null : Weekdays[(day + shift) % Weekdays.Length];
        }

        return null;
    }

    private static int NumberEnd(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end])
            || (text[end] is ',' or '.' && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
            end++;
        return end;
    }

    /// <summary>
    /// Another amount of the same size; null for dates, times, years, steps of a sequence, parts of links, codes and phone numbers.
    /// </summary>
    private static string? OtherNumber(string text, int start, int end, ulong salt)
    {
        var before = start == 0 ? ' ' : text[start - 1];
        var after = end == text.Length ? ' ' : text[end];
        if (!IsEdge(before) || !(IsEdge(after) || after is 'k' or '\u20AC') || text[start] == '0'
            || !IsAmount(text.AsSpan(start, end - start)))
            return null;
        ulong sum = salt;
        for (var i = start; i < end; i++)
            sum = SeedRandom.Mix(sum, text[i]);
        var digit = (char)('1' + ((text[start] - '1' + 1 + (int)(sum % 8)) % 9));
        return string.Concat(digit.ToString(), text.AsSpan(start + 1, end - start - 1));
    }

    private static bool IsEdge(char c) =>
        char.IsWhiteSpace(c) || "(),;\"'$\u20AC\u00A3?!.><~".Contains(c, StringComparison.Ordinal);

    private static bool IsAmount(ReadOnlySpan<char> number)
    {
        var digits = 0;
        var group = -1;
        foreach (var c in number)
        {
            if (char.IsAsciiDigit(c))
            {
                digits++;
                if (group >= 0)
                    group++;
                continue;
            }

            if (group is not (-1 or 3))
                return false;
            group = 0;
        }

        var year = number.Length == 4 && ((number[0], number[1]) is ('1', '9') or ('2', '0'));
        return digits >= 3 && group is -1 or 3 && !year;
    }

    private static string Referenced(string body, SeedRandom random)
    {
        var number = random.Between(10_000, 9_999_999).ToString(CultureInfo.InvariantCulture);
        var line = random.Pick(Lines) + number;
        return body.EndsWith('>') ? $"{body}<p>{line}</p>" : $"{body}\n\n{line}";
    }
}
