namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>
/// Numbers that a state gives a person. Where the check leaves more than one number in fifty standing, the words before it must say what it is, or an order number
/// would often do. Constant work at a place.
/// </summary>
internal static class NationalIds
{
    // A French number is written in seven.
    private const int MostGroups = 7;
    private const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    private const string FinnishLetters = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    private const string ItalianMonths = "ABCDEHLMPRST";
    private static readonly int[] ItalianOdd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    private static readonly string[] Any = ["national id", "id number", "identity number", "personal id", "identity card", "passport", "citizen"];
    private static readonly string[] SocialSecurity = ["ssn", "social security", "social sec", "taxpayer", "tin", .. Any];
    private static readonly string[] Canadian = ["sin", "social insurance", .. Any];
    private static readonly string[] Dutch = ["bsn", "burgerservicenummer", "sofinummer", "sofi", .. Any];
    private static readonly string[] Portuguese = ["nif", "contribuinte", "nif/nipc", .. Any];
    private static readonly string[] Australian = ["tfn", "tax file", .. Any];
    private static readonly string[] Health = ["nhs", "nhs no", .. Any];
    private static readonly string[] Danish = ["cpr", "cpr-nr", "personnummer", .. Any];
    private static readonly string[] Polish = ["pesel", .. Any];
    private static readonly string[] German = ["steuer-id", "steuer-idnr", "steueridentifikationsnummer", "steuernummer", "idnr", "tax id", "tin", .. Any];
    private static readonly string[] Brazilian = ["cpf", .. Any];
    private static readonly string[] Turkish = ["tc", "kimlik", "tckn", .. Any];
    private static readonly string[] Belgian = ["rijksregister", "registre national", "niss", "insz", .. Any];
    private static readonly string[] SouthAfrican = ["rsa id", "sa id", .. Any];
    private static readonly string[] Irish = ["pps", "ppsn", .. Any];
    private static readonly string[] Aadhaar = ["aadhaar", "aadhar", "uidai", "uid", .. Any];
    private static readonly string[] Indian = ["pan", "pan card", "pan no"];

    /// <summary>The end of a number of digits that begins the run; null where none does.</summary>
    public static int? MatchDigits(string text, NumberRun run)
    {
        for (var groups = Math.Min(run.Count, MostGroups); groups > 0; groups--)
        {
            if (IsNumber(text, run, groups) && !GoesOn(text, run.End(groups)))
                return run.End(groups);
        }
        return null;
    }

    /// <summary>The end of a number with letters in it that begins at a place; null where none does.</summary>
    public static int? MatchLetters(string text, int start)
    {
        Span<char> plain = stackalloc char[16];
        var length = 0;
        Span<int> ends = stackalloc int[16];
        for (var at = start; at < text.Length && length < plain.Length; at++)
        {
            if (char.IsAsciiLetterOrDigit(text[at]))
            {
                plain[length] = char.ToUpperInvariant(text[at]);
                ends[length++] = at + 1;
            }
            else if (!(text[at] is ' ' or '-' or '+' && at > start && char.IsAsciiLetterOrDigit(text[at - 1])))
            {
                break;
            }
        }
        // The longest shape first; what follows must not go on as a word.
        foreach (var size in (ReadOnlySpan<int>)[16, 11, 10, 9, 8])
        {
            if (size <= length && !GoesOn(text, ends[size - 1]) && IsLettered(text, start, plain[..size], text.AsSpan(start, ends[size - 1] - start)))
                return ends[size - 1];
        }
        return null;
    }

    private static bool GoesOn(string text, int end) => end < text.Length && char.IsLetterOrDigit(text[end]);

    private static bool IsNumber(string text, NumberRun run, int groups)
    {
        var digits = run.Digits(groups);
        var start = run.Start(0);
        return digits.Length switch
        {
            9 => IsNine(text, run, groups, digits, start),
            10 => IsTen(text, run, groups, digits, start),
            11 => IsEleven(text, run, groups, digits, start),
            12 => ((groups == 1 || run.Has(groups, [4, 4, 4], " -")) && digits[0] >= '2' && Checksums.Verhoeff(digits) && NumberContext.Says(text, start, Aadhaar))
                || (run.Has(groups, [8, 4], "-+") && IsDay(digits[4..6], digits[6..8]) && Checksums.Luhn(digits[2..])),
            13 => digits.StartsWith("756") && Checksums.Ean13(digits) && run.IsJoinedBy(groups, ". ")
                || (groups == 1 && IsDay(digits[2..4], digits[4..6]) && Checksums.Luhn(digits) && NumberContext.Says(text, start, SouthAfrican)),
            15 => run.IsJoinedBy(groups, " .") && digits[0] is '1' or '2' && Number(digits[3..5]) is >= 1 and <= 12 && Checksums.Rest(digits[..13], 97) + Number(digits[13..]) == 97,
            _ => false,
        };
    }

    private static bool IsNine(string text, NumberRun run, int groups, ReadOnlySpan<char> digits, int start)
    {
        var american = !digits.StartsWith("000") && !digits.StartsWith("666") && digits[0] != '9' && digits[3..5] is not "00" && digits[5..] is not "0000";
        if (american && (run.Has(groups, [3, 2, 4], "-\u2011\u2010\u2013") || (NumberContext.Says(text, start, SocialSecurity) && (groups == 1 || run.Has(groups, [3, 2, 4], " .")))))
            return true;
        if (groups != 1 && !run.Has(groups, [3, 3, 3], " -.") && !run.Has(groups, [4, 2, 3], "."))
            return false;
        return (Checksums.Luhn(digits) && NumberContext.Says(text, start, Canadian))
            || ((Checksums.Weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0) && NumberContext.Says(text, start, Dutch))
            || (Portugal(digits) && NumberContext.Says(text, start, Portuguese))
            || (Checksums.Weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0 && NumberContext.Says(text, start, Australian));
    }

    private static bool IsTen(string text, NumberRun run, int groups, ReadOnlySpan<char> digits, int start)
    {
        if (run.Has(groups, [6, 4], "-+"))
        {
            return (IsDay(digits[2..4], digits[4..6]) && Checksums.Luhn(digits))
                || (IsDay(digits[2..4], digits[..2]) && NumberContext.Says(text, start, Danish));
        }
        var health = Checksums.Weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) is var sum && (11 - (sum % 11)) % 11 == digits[9] - '0';
        return health && (groups == 1 || run.Has(groups, [3, 3, 4], " -")) && NumberContext.Says(text, start, Health);
    }

    private static bool IsEleven(string text, NumberRun run, int groups, ReadOnlySpan<char> digits, int start)
    {
        if (Brazil(digits) && (run.Has(groups, [3, 3, 3, 2], ".-") || (groups == 1 && NumberContext.Says(text, start, Brazilian))))
            return true;
        if (Belgium(digits) && (run.Has(groups, [2, 2, 2, 3, 2], ".-") || NumberContext.Says(text, start, Belgian)))
            return true;
        if (groups == 1 || run.Has(groups, [6, 5], " "))
        {
            if (IsDay(digits[2..4], digits[..2]) && Norway(digits))
                return true;
        }
        if (groups == 1 && Checksums.Weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0 && Number(digits[4..6]) is >= 1 and <= 31 && NumberContext.Says(text, start, Polish))
            return true;
        if (groups == 1 && digits[0] != '0' && Turkey(digits) && NumberContext.Says(text, start, Turkish))
            return true;
        return run.IsJoinedBy(groups, " ") && digits[0] != '0' && Checksums.Mod11And10(digits) && NumberContext.Says(text, start, German);
    }

    private static bool IsLettered(string text, int start, ReadOnlySpan<char> plain, ReadOnlySpan<char> written) => plain.Length switch
    {
        16 => !written.Contains(' ') && !written.Contains('-') && Italy(plain),
        11 => char.IsAsciiLetter(plain[6]) && written.Length == 11 && Finland([.. plain[..6], .. plain[7..]]),
        10 => (written.Length == 11 && written[6] is '-' or '+' && Finland(plain))
            || (IsShape(plain, "LLLLLDDDDL") && written.Length == 10 && NumberContext.Says(text, start, Indian)),
        9 => Britain(plain) || Spain(plain, written) || (IsShape(plain, "DDDDDDDLL") && Ireland(plain) && NumberContext.Says(text, start, Irish)),
        8 => IsShape(plain, "DDDDDDDL") && Ireland(plain) && NumberContext.Says(text, start, Irish),
        _ => false,
    };

    // Two letters, six digits, a letter from A to D; spaces may set them apart in twos.
    private static bool Britain(ReadOnlySpan<char> plain) =>
        IsShape(plain, "LLDDDDDDL") && plain[8] is >= 'A' and <= 'D' && !"DFIQUV".Contains(plain[0], StringComparison.Ordinal) && !"DFIOQUV".Contains(plain[1], StringComparison.Ordinal)
        && plain[..2] is not ("BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ");

    private static bool Spain(ReadOnlySpan<char> plain, ReadOnlySpan<char> written)
    {
        if (written.Contains(' ') || written.Contains('+'))
            return false;
        if (IsShape(plain, "DDDDDDDDL"))
            return SpanishLetters[Number(plain[..8]) % 23] == plain[8];
        if (!IsShape(plain, "LDDDDDDDL") || plain[0] is not ('X' or 'Y' or 'Z'))
            return false;
        return SpanishLetters[((plain[0] - 'X') * 10_000_000 + Number(plain[1..8])) % 23] == plain[8];
    }

    // Without the century sign that stands after the day of birth.
    private static bool Finland(ReadOnlySpan<char> plain) =>
        IsDigits(plain[..9]) && IsDay(plain[2..4], plain[..2]) && FinnishLetters[(int)((((long)Number(plain[..6]) * 1000) + Number(plain[6..9])) % 31)] == plain[9];

    private static bool Italy(ReadOnlySpan<char> plain)
    {
        if (!IsShape(plain, "LLLLLLDDLDDLDDDL") || !ItalianMonths.Contains(plain[8], StringComparison.Ordinal))
            return false;
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var value = char.IsAsciiDigit(plain[i]) ? plain[i] - '0' : plain[i] - 'A';
            sum += i % 2 == 0 ? ItalianOdd[value] : value;
        }
        return plain[15] - 'A' == sum % 26;
    }

    private static bool Ireland(ReadOnlySpan<char> plain)
    {
        var sum = Checksums.Weighted(plain, [8, 7, 6, 5, 4, 3, 2]) + (plain.Length == 9 ? (plain[8] - 'A' + 1) * 9 : 0);
        return (sum % 23 == 0 ? 'W' : (char)('A' + (sum % 23) - 1)) == plain[7];
    }

    private static bool Portugal(ReadOnlySpan<char> digits)
    {
        var rest = Checksums.Weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        return (rest < 2 ? 0 : 11 - rest) == digits[8] - '0';
    }

    private static bool Brazil(ReadOnlySpan<char> digits)
    {
        if (digits.IndexOfAnyExcept(digits[0]) < 0)
            return false;
        var first = Checksums.Weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        var second = Checksums.Weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        return first == digits[9] - '0' && second == digits[10] - '0';
    }

    private static bool Belgium(ReadOnlySpan<char> digits)
    {
        var check = Number(digits[9..]);
        var born = (long)Number(digits[..9]);
        return IsDay(digits[2..4], digits[4..6]) && (97 - (born % 97) == check || 97 - ((2_000_000_000 + born) % 97) == check);
    }

    private static bool Norway(ReadOnlySpan<char> digits) =>
        Checksums.Weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11 == 0 && Checksums.Weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0;

    private static bool Turkey(ReadOnlySpan<char> digits)
    {
        var odd = Checksums.Weighted(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
        var even = Checksums.Weighted(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
        return ((((odd * 7) - even) % 10) + 10) % 10 == digits[9] - '0' && (odd + even + digits[9] - '0') % 10 == digits[10] - '0';
    }

    private static bool IsDay(ReadOnlySpan<char> month, ReadOnlySpan<char> day) => Number(month) is >= 1 and <= 12 && Number(day) is >= 1 and <= 31;

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsShape(ReadOnlySpan<char> plain, string shape)
    {
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 'D' ? !char.IsAsciiDigit(plain[i]) : !char.IsAsciiLetterUpper(plain[i]))
                return false;
        }
        return true;
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        var value = 0;
        foreach (var c in digits)
            value = (value * 10) + c - '0';
        return value;
    }
}
