using System.Globalization;

namespace CrmSync.Pipeline.Text;

/// <summary>Sequence steps that a tool writes out in words: "step 7 of 7", "Email 5 of 6", "Sequence: Q3 outbound, step 2". One pass over the words.</summary>
internal static class StepNote
{
    private const int MaxStep = 99;
    private const int Longest = 300;

    private static readonly string[] Units = ["step", "email", "mail", "touch", "schritt", "étape", "paso", "stap"];
    private static readonly string[] Sequences = ["sequence", "cadence", "campaign", "drip", "nurture", "sequenz", "séquence", "secuencia"];
    private static readonly string[] OfWords = ["of", "von", "sur", "de", "van"];

    /// <summary>The step that a subject names, or null. A bare "step 2" counts only beside the word for a sequence.</summary>
    public static int? Find(ReadOnlySpan<char> line)
    {
        var text = line[..Math.Min(line.Length, Longest)];
        var inSequence = false;
        foreach (var sequence in Sequences)
            inSequence |= text.Contains(sequence, StringComparison.OrdinalIgnoreCase);
        for (var position = 0; position < text.Length;)
        {
            var word = Word(text, ref position);
            if (!IsOneOf(word, Units))
                continue;
            var ahead = position;
            var number = Word(text, ref ahead);
            if (number.StartsWith('#'))
                number = number[1..];
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var step) || step is < 1 or > MaxStep)
                continue;
            var behind = ahead;
            var isOf = ahead < text.Length && text[ahead] == '/' || IsOneOf(Word(text, ref behind), OfWords);
            if (isOf && Word(text, ref behind) is var total && int.TryParse(total.TrimStart('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last >= step && last <= MaxStep
                || inSequence)
                return step;
        }
        return null;
    }

    /// <summary>The step of a line that a tool puts above a logged mail; only a line that begins with the word for a sequence is one.</summary>
    public static int? FindInBody(ReadOnlySpan<char> line)
    {
        var text = line.TrimStart(" [(*");
        foreach (var sequence in Sequences)
            if (text.StartsWith(sequence, StringComparison.OrdinalIgnoreCase) && text.Length < Longest)
                return Find(text);
        return null;
    }

    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> text, ref int position)
    {
        while (position < text.Length && !IsPart(text[position]))
            position++;
        var start = position;
        while (position < text.Length && IsPart(text[position]))
            position++;
        return text[start..position];
    }

    private static bool IsPart(char c) => char.IsLetterOrDigit(c) || c == '#';

    private static bool IsOneOf(ReadOnlySpan<char> word, string[] words)
    {
        foreach (var candidate in words)
            if (word.Equals(candidate, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
