using System.Text;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>
/// Record ids: 15 case-sensitive characters, then 3 that say which of them are capitals. Counters grow in the order of the characters, so
/// ids of one type sort by age.
/// </summary>
internal static class SalesforceId
{
    public const int ShortLength = 15;
    public const int FullLength = 18;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Checks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    // What stands between prefix and counter in a production org: two characters of the instance and a reserved zero.
    private const string Instance = "gL0";

    public static string Create(string prefix, long number)
    {
        Span<char> id = stackalloc char[ShortLength];
        prefix.CopyTo(id);
        Instance.CopyTo(id[3..]);
        for (int i = ShortLength - 1; i >= 6; i--, number /= Digits.Length)
            id[i] = Digits[(int)(number % Digits.Length)];
        return Complete(id);
    }

    /// <summary>The 18-character form of an id in either form, or null where it is none (wrong length, characters or check).</summary>
    public static string? Normalise(string? id)
    {
        if (id is null || id.Length is not (ShortLength or FullLength) || !IsAlphanumeric(id))
            return null;
        if (id.Length == ShortLength)
            return Complete(id);
        // The long form may have lost its capitals on the way; the check characters bring them back.
        string repaired = Repair(id);
        return string.Equals(repaired, id, StringComparison.OrdinalIgnoreCase) ? repaired : null;
    }

    private static bool IsAlphanumeric(string id)
    {
        foreach (char c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
        }

        return true;
    }

    private static string Complete(ReadOnlySpan<char> id)
    {
        StringBuilder full = new(FullLength);
        full.Append(id[..ShortLength]);
        for (int group = 0; group < 3; group++)
        {
            int mask = 0;
            for (int i = 0; i < 5; i++)
                mask |= char.IsAsciiLetterUpper(id[(group * 5) + i]) ? 1 << i : 0;
            full.Append(Checks[mask]);
        }

        return full.ToString();
    }

    private static string Repair(string id)
    {
        Span<char> repaired = stackalloc char[ShortLength];
        for (int i = 0; i < ShortLength; i++)
        {
            int mask = Checks.IndexOf(char.ToUpperInvariant(id[ShortLength + (i / 5)]), StringComparison.Ordinal);
            bool upper = mask >= 0 && (mask & (1 << (i % 5))) != 0;
            repaired[i] = upper ? char.ToUpperInvariant(id[i]) : char.ToLowerInvariant(id[i]);
        }

        return Complete(repaired);
    }
}
