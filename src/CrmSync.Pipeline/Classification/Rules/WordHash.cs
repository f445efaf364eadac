namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>
/// The hash of a folded word: FNV-1a over UTF-16 code units, 32 bits. Part of the model file format, so it never changes (test vectors stand in the tests).
/// </summary>
internal static class WordHash
{
    /// <summary>The hash of no letters.</summary>
    public const uint Basis = 2_166_136_261;

    private const uint Prime = 16_777_619;

    /// <summary>The beginning of a zone.</summary>
    public static readonly uint Begin = Of("^");

    /// <summary>Any number: which one it is tells nothing.</summary>
    public static readonly uint Number = Of("#");

    /// <summary>A currency sign.</summary>
    public static readonly uint Currency = Of("$");

    /// <summary>A percent sign.</summary>
    public static readonly uint Percent = Of("%");

    /// <summary>A question mark.</summary>
    public static readonly uint Question = Of("?");

    /// <summary>A word too long to be one.</summary>
    public static readonly uint Unknown = Of("~");

    /// <summary>The hash of a folded word.</summary>
    public static uint Of(ReadOnlySpan<char> word)
    {
        var hash = Basis;
        foreach (var letter in word)
            hash = Next(hash, letter);
        return hash;
    }

    /// <summary>The hash of a word, begun with <see cref="Basis"/>, with one letter more.</summary>
    public static uint Next(uint hash, char letter) => unchecked((hash ^ letter) * Prime);

    /// <summary>Mixes two hashes; the order matters.</summary>
    public static uint Combine(uint first, uint second) => unchecked(((first * 0x9E3779B1) ^ (first >> 15) ^ second) * 0x85EBCA77);
}
