namespace CrmSync.Pipeline.Text;

/// <summary>
/// Repairs UTF-8 that some import once read as Windows-1252. Works on normalized text, where the trademark sign of <c>â€™</c> already reads <c>TM</c>.
/// No replacement contains the start or the rest of a pattern, so a second pass finds nothing.
/// </summary>
internal static class Mojibake
{
    private static readonly (string Broken, string Right)[] Pairs =
    [
        ("â€TM", "'"), ("â€˜", "'"), ("â€œ", "\""), ("â€“", "-"), ("â€”", "-"), ("â€¦", "..."), ("â€...", "..."), ("â€", "\""),
        ("Ã©", "é"), ("Ã¨", "è"), ("Ãª", "ê"), ("Ã§", "ç"), ("Ã¼", "ü"), ("Ã¶", "ö"), ("Ã¤", "ä"), ("Ã±", "ñ"), ("Ã³", "ó"), ("Ã¡", "á"), ("ÃŸ", "ß"),
        ("Ã ̈", "è"), ("Ã1⁄4", "ü"), ("Ãa", "ê"), ("Ã3", "ó"), ("Ã ́", "ô"), ("Ã ̄", "ï"), ("Ã ̧", "ø"), ("Ã1", "ù"), ("Ã2", "ò"), ("Ã®", "î"), ("Ã»", "û"), ("Ã«", "ë"), ("Ã¥", "å"),
        ("Ã‰", "É"), ("Ã€", "À"), ("Ã–", "Ö"), ("Ã„", "Ä"), ("Ãœ", "Ü"), ("Ã‡", "Ç"), ("Ã¬", "ì"),
    ];

    public static string Repair(string text)
    {
        if (!text.Contains("â€", StringComparison.Ordinal) && !text.Contains('Ã'))
            return text;
        foreach (var (broken, right) in Pairs)
            text = text.Replace(broken, right, StringComparison.Ordinal);
        return text;
    }
}
