namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>
/// Hashes of one folded word: of the whole word, and of its first letters as a stem that works in most European languages. FNV-1a over UTF-16 code
/// units, 32 bits: part of the model file format, so it never changes (test vectors stand in the tests).
/// </summary>
/// <param name="Word">Hash of the whole word.</param>
/// <param name="Stem">Hash of its first five letters; 0 where the word is not longer.</param>
/// <param name="Root">Hash of its first six letters, or of the whole word where it is shorter.</param>
/// <param name="Length">Letters of the folded word.</param>
internal readonly record struct WordHashes(uint Word, uint Stem, uint Root, int Length)
{
    private const uint Basis = 2_166_136_261;
    private const uint Prime = 16_777_619;
    private const int StemLetters = 5;
    private const int RootLetters = 6;

    /// <summary>The beginning of a zone.</summary>
    public static readonly WordHashes Begin = Of("^");

    /// <summary>Any number: which one it is tells nothing.</summary>
    public static readonly WordHashes Number = Of("#");

    /// <summary>A currency sign.</summary>
    public static readonly WordHashes Currency = Of("$");

    /// <summary>A percent sign.</summary>
    public static readonly WordHashes Percent = Of("%");

    /// <summary>A question mark.</summary>
    public static readonly WordHashes Question = Of("?");

    /// <summary>A word too long to be one.</summary>
    public static readonly WordHashes Unknown = Of("~");

    /// <summary>Hashes of a folded word.</summary>
    public static WordHashes Of(ReadOnlySpan<char> word)
    {
        uint hash = Basis, stem = 0, root = 0;
        for (var i = 0; i < word.Length; i++)
        {
            hash = unchecked((hash ^ word[i]) * Prime);
            if (i == StemLetters - 1 && word.Length > StemLetters)
                stem = hash;
            if (i == RootLetters - 1)
                root = hash;
        }
        return new WordHashes(hash, stem, word.Length > RootLetters ? root : hash, word.Length);
    }

    /// <summary>Mixes two hashes; the order matters.</summary>
    public static uint Combine(uint first, uint second) => unchecked(((first * 0x9E3779B1) ^ (first >> 15) ^ second) * 0x85EBCA77);
}
