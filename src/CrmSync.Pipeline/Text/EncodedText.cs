using System.Buffers;

namespace CrmSync.Pipeline.Text;

/// <summary>Finds text in a form that people do not read: Base64, hexadecimal, escapes, binary. Each run is looked at once.</summary>
internal static class EncodedText
{
    private const int MinBlob = 24;
    private const int MaxBlob = 4_096;
    private const int MinUnits = 6;

    private static readonly SearchValues<char> Blob = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-");

    /// <summary>Length of the run of Base64 characters at the start of <paramref name="text"/>; what it holds tells <see cref="IsReadable"/>.</summary>
    public static int RunLength(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExcept(Blob);
        return end < 0 ? text.Length : end;
    }

    /// <summary>True when a run decodes, as Base64 or hexadecimal, to text that a person could read: no word and no tracking id does.</summary>
    public static bool IsReadable(ReadOnlySpan<char> run)
    {
        if (run.Length < MinBlob)
            return false;
        run = run[..Math.Min(run.Length, MaxBlob)];
        Span<byte> bytes = stackalloc byte[MaxBlob];
        return IsHex(run) && Hex(run, bytes) is var hex && IsText(bytes[..hex]) || Base64(run, bytes) is > 0 and var size && IsText(bytes[..size]);
    }

    /// <summary>Length of a run of at least six escapes of one kind (<c>%6C</c>, <c>\x6c</c>, <c>\u006c</c>, <c>&amp;#108;</c>, eight binary digits) at the start; else 0.</summary>
    public static int EscapesLength(ReadOnlySpan<char> text)
    {
        int end = 0, units = 0;
        while (end < text.Length)
        {
            var unit = Unit(text[end..]);
            if (unit == 0)
                break;
            (end, units) = (end + unit, units + 1);
            if (end < text.Length && text[end] is ' ' or ',')
                end++;
        }
        return units >= MinUnits ? end : 0;
    }

    private static int Unit(ReadOnlySpan<char> text)
    {
        switch (text[0])
        {
            case '%':
                return Digits(text, 1, 2);
            case '\\' when text.Length > 1 && text[1] is 'x':
                return Digits(text, 2, 2);
            case '\\' when text.Length > 1 && text[1] is 'u':
                return Digits(text, 2, 4);
            case '&' when text.Length > 1 && text[1] == '#':
                var close = text[..Math.Min(text.Length, 9)].IndexOf(';');
                return close > 2 ? close + 1 : 0;
            case '0' or '1':
                var end = 0;
                while (end < text.Length && end < 9 && text[end] is '0' or '1')
                    end++;
                return end is 7 or 8 ? end : 0;
            default:
                return 0;
        }
    }

    private static int Digits(ReadOnlySpan<char> text, int from, int count)
    {
        if (text.Length < from + count)
            return 0;
        for (var i = from; i < from + count; i++)
            if (!char.IsAsciiHexDigit(text[i]))
                return 0;
        return from + count;
    }

    private static bool IsHex(ReadOnlySpan<char> run)
    {
        foreach (var c in run)
            if (!char.IsAsciiHexDigit(c))
                return false;
        return true;
    }

    private static int Hex(ReadOnlySpan<char> run, Span<byte> bytes)
    {
        for (var i = 0; i + 1 < run.Length; i += 2)
            bytes[i / 2] = (byte)(Value(run[i]) << 4 | Value(run[i + 1]));
        return run.Length / 2;

        static int Value(char c) => char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
    }

    private static int Base64(ReadOnlySpan<char> run, Span<byte> bytes)
    {
        int bits = 0, held = 0, size = 0;
        foreach (var c in run)
        {
            var value = c switch
            {
                >= 'A' and <= 'Z' => c - 'A',
                >= 'a' and <= 'z' => c - 'a' + 26,
                >= '0' and <= '9' => c - '0' + 52,
                '+' or '-' => 62,
                '/' or '_' => 63,
                _ => -1,
            };
            if (value < 0)
                break;
            (bits, held) = ((bits << 6 | value) & 0xFFFFFF, held + 6);
            if (held < 8)
                continue;
            held -= 8;
            bytes[size++] = (byte)(bits >> held);
        }
        return size;
    }

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        var letters = 0;
        foreach (var b in bytes)
            letters += b is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or (byte)' ' or (byte)'.' or (byte)',' or (byte)':' or (byte)'\n' ? 1 : 0;
        return bytes.Length >= 12 && letters >= bytes.Length * 0.85;
    }
}
