namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>Digits in groups, as people write numbers: from one place on, at most <see cref="MostGroups"/> groups and <see cref="MostDigits"/> digits, so reading one is constant work.</summary>
internal sealed class NumberRun
{
    public const int MostGroups = 12;
    public const int MostDigits = 26;
    private const int WidestGap = 3;
    private readonly (int Start, int Length)[] _groups = new (int, int)[MostGroups];
    private readonly char[] _digits = new char[MostDigits];
    private string _text = "";

    /// <summary>Number of groups.</summary>
    public int Count { get; private set; }

    /// <summary>Reads the run that begins with the digit at a place.</summary>
    public void Read(string text, int start)
    {
        _text = text;
        Count = 0;
        var digits = 0;
        for (var at = start; at < text.Length && Count < MostGroups;)
        {
            var first = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]) && digits < MostDigits)
                _digits[digits++] = text[at++];
            // A number that goes on beyond what is read is none that is looked for.
            if (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                digits -= at - first;
                break;
            }
            _groups[Count++] = (first, at - first);
            var gap = at;
            while (gap < text.Length && gap - at < WidestGap && IsGap(text[gap]))
                gap++;
            if (gap == at || gap >= text.Length || !char.IsAsciiDigit(text[gap]))
                break;
            at = gap;
        }
    }

    /// <summary>Length of a group.</summary>
    public int this[int group] => _groups[group].Length;

    /// <summary>The character after the last of the first so many groups.</summary>
    public int End(int groups) => _groups[groups - 1].Start + _groups[groups - 1].Length;

    /// <summary>Where a group starts.</summary>
    public int Start(int group) => _groups[group].Start;

    /// <summary>The digits of the first so many groups.</summary>
    public ReadOnlySpan<char> Digits(int groups)
    {
        var length = 0;
        for (var i = 0; i < groups; i++)
            length += _groups[i].Length;
        return _digits.AsSpan(0, length);
    }

    /// <summary>What stands between a group and the next.</summary>
    public ReadOnlySpan<char> Gap(int group) => _text.AsSpan(End(group + 1), _groups[group + 1].Start - End(group + 1));

    /// <summary>Whether the first so many groups have these lengths and one of these characters between them.</summary>
    public bool Has(int groups, ReadOnlySpan<int> lengths, string gaps)
    {
        if (groups != lengths.Length)
            return false;
        for (var i = 0; i < groups; i++)
        {
            if (_groups[i].Length != lengths[i] || (i + 1 < groups && (Gap(i).Length != 1 || !gaps.Contains(Gap(i)[0], StringComparison.Ordinal))))
                return false;
        }
        return true;
    }

    /// <summary>Whether nothing but single characters of these stands between the first so many groups.</summary>
    public bool IsJoinedBy(int groups, string gaps)
    {
        for (var i = 0; i + 1 < groups; i++)
        {
            if (Gap(i).Length != 1 || !gaps.Contains(Gap(i)[0], StringComparison.Ordinal))
                return false;
        }
        return true;
    }

    /// <summary>Whether the first three groups are a date, in whatever order the country writes it.</summary>
    public bool BeginsWithDate()
    {
        if (Count < 3 || !IsJoinedBy(3, "-./ ") || Gap(0)[0] != Gap(1)[0])
            return false;
        var (a, b, c) = (Value(0), Value(1), Value(2));
        if (this[0] == 4)
            return a is >= 1900 and <= 2100 && this[1] <= 2 && this[2] <= 2 && b is >= 1 and <= 12 && c is >= 1 and <= 31;
        var isYear = this[2] == 4 ? c is >= 1900 and <= 2100 : this[2] == 2 && Gap(0)[0] != ' ';
        return isYear && this[0] <= 2 && this[1] <= 2 && a is >= 1 and <= 31 && b is >= 1 and <= 31 && (a <= 12 || b <= 12) && (Count < 4 || this[2] == 4);
    }

    /// <summary>A group of at most nine digits as a number.</summary>
    public int Value(int group)
    {
        var value = 0;
        foreach (var c in _text.AsSpan(_groups[group].Start, Math.Min(9, _groups[group].Length)))
            value = (value * 10) + c - '0';
        return value;
    }

    private static bool IsGap(char c) => c is ' ' or '-' or '.' or '/' or '(' or ')' or '\u00A0' or '\u202F' or '\u2010' or '\u2011' or '\u2013';
}
