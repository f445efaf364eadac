using System.Text;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>
/// How many tokens a text takes at most in practice, without a tokenizer: one per three letters of a word, one per two digits, one per other ASCII sign, and one per UTF-8 byte beyond
/// ASCII (byte-level tokenizers never need more). Blanks go with the next word. English comes out about a third above what is really used, so a budget holds.
/// </summary>
public static class TokenEstimate
{
    private const int LettersPerToken = 3;
    private const int DigitsPerToken = 2;

    /// <summary>The estimate, 0 for an empty text.</summary>
    public static int Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int tokens = 0, letters = 0, digits = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiLetter(c))
            {
                tokens += letters++ % LettersPerToken == 0 ? 1 : 0;
                digits = 0;
            }
            else if (char.IsAsciiDigit(c))
            {
                tokens += digits++ % DigitsPerToken == 0 ? 1 : 0;
                letters = 0;
            }
            else
            {
                letters = digits = 0;
                tokens += c == ' ' || !char.IsAscii(c) ? 0 : 1;
            }
        }
        return tokens + Encoding.UTF8.GetByteCount(text) - text.Count(char.IsAscii);
    }
}
