namespace CrmSync.Pipeline.Text;

/// <summary>Cuts texts without leaving half of a character behind, which no database and no file would take.</summary>
public static class TextCut
{
    /// <summary>The text, or its beginning where it is longer than that: one unit less where a pair of surrogates would be cut in two.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">Most UTF-16 units, from 1.</param>
    public static string AtMost(string text, int longest)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }
}
