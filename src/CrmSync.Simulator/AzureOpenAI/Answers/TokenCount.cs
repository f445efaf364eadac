using System.Text;

namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>Tokens by approximation: one for four bytes of UTF-8, at least one. The same text always counts the same.</summary>
internal static class TokenCount
{
    public const int PerMessage = 4;
    private const int BytesPerToken = 4;

    public static int Of(string text) => text.Length == 0 ? 0 : (Encoding.UTF8.GetByteCount(text) + BytesPerToken - 1) / BytesPerToken;

    /// <summary>The longest start of a text that is no more than so many tokens; never half a character.</summary>
    public static string Start(string text, int tokens)
    {
        var bytes = 0L;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > (long)tokens * BytesPerToken)
                break;
            at += rune.Utf16SequenceLength;
        }
        return text[..Math.Min(at, text.Length)];
    }
}
