using System.Text;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>
/// The small pattern language of rule files: words, <c>(a|b c|)</c> for alternatives (empty means optional), <c>_</c> for any one word, <c>#</c> a number,
/// <c>$</c> a currency sign, <c>%</c>, <c>?</c>, <c>^</c> the beginning of a zone. Expanded to plain word lists when rules load.
/// </summary>
internal static class PhrasePattern
{
    /// <summary>The longest phrase, in words. Bounds the work per word of a text.</summary>
    public const int MaxWords = 8;

    private const int MaxExpansions = 2_000;

    /// <summary>All word lists that a pattern stands for.</summary>
    /// <exception cref="FormatException">Unbalanced brackets, too many alternatives, too long, or empty.</exception>
    public static IReadOnlyList<string[]> Expand(string pattern)
    {
        List<string> texts = [""];
        var position = 0;
        while (position < pattern.Length)
        {
            if (pattern[position] == ')')
                throw new FormatException($"\"{pattern}\" closes a bracket that it never opened");
            var end = pattern[position] == '(' ? pattern.IndexOf(')', position) : pattern.IndexOfAny(['(', ')'], position);
            if (pattern[position] == '(' && end < 0)
                throw new FormatException($"\"{pattern}\" opens a bracket that it never closes");
            var part = pattern[position] == '(' ? pattern[(position + 1)..end] : pattern[position..(end < 0 ? pattern.Length : end)];
            string[] choices = pattern[position] == '(' ? part.Split('|') : [part];
            texts = [.. texts.SelectMany(text => choices.Select(choice => text + choice))];
            if (texts.Count > MaxExpansions)
                throw new FormatException($"\"{pattern}\" stands for more than {MaxExpansions} phrases");
            position = pattern[position] == '(' ? end + 1 : end < 0 ? pattern.Length : end;
        }
        List<string[]> phrases = [.. texts.Select(Words).Where(words => words.Length > 0)];
        return phrases.Count == 0 ? throw new FormatException("a phrase is empty")
            : phrases.Exists(words => words.Length > MaxWords) ? throw new FormatException($"\"{pattern}\" is longer than {MaxWords} words")
            : phrases;
    }

    private static string[] Words(string text)
    {
        // The same word borders as TokenStream, so that "40min" in a rule meets "40min" in a text.
        var spaced = new StringBuilder();
        foreach (var c in text)
        {
            var breaks = spaced.Length > 0 && spaced[^1] != ' ' && (char.IsLetter(c) != char.IsLetter(spaced[^1]) && c != '\'' && spaced[^1] != '\'');
            if (breaks)
                spaced.Append(' ');
            spaced.Append(char.IsLetterOrDigit(c) || c is '_' or '#' or '$' or '%' or '?' or '^' or '\'' ? c : ' ');
        }
        return [.. spaced.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => char.IsAsciiDigit(word[0]) ? "#" : word)];
    }
}
