using System.Buffers;

namespace CrmSync.Pipeline.Text;

/// <summary>
/// Who speaks in a pasted chat or transcript: at least two names that stand before a colon at the beginning of lines, each at least twice. Labels of notes ("Next
/// steps:", "Budget:") hardly ever come twice.
/// </summary>
internal sealed class Speakers
{
    private const int MostLines = 2_000;
    private const int LongestName = 40;
    private const int MostWords = 4;

    private static readonly SearchValues<char> NotInNames = SearchValues.Create("@/\\<>[]{}=?!;\"#$€%*_|0123456789");
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);

    private Speakers()
    {
    }

    /// <summary>The speakers of a text from a place on; empty where it is no conversation. Looks at the first lines only.</summary>
    public static Speakers Of(ReadOnlySpan<char> text)
    {
        Dictionary<string, int> counts = new(StringComparer.OrdinalIgnoreCase);
        var lines = 0;
        foreach (var line in text.EnumerateLines())
        {
            if (++lines > MostLines)
                break;
            if (TryName(line.TrimStart("> "), out var name))
                counts[name] = counts.GetValueOrDefault(name) + 1;
        }
        var found = new Speakers();
        var speaking = counts.Where(pair => pair.Value >= 2).Select(pair => pair.Key).ToList();
        if (speaking.Count >= 2)
            found._names.UnionWith(speaking);
        return found;
    }

    /// <summary>The speaker whose turn a line begins.</summary>
    public string? Begins(ReadOnlySpan<char> line) => _names.Count > 0 && TryName(line, out var name) && _names.TryGetValue(name, out var known) ? known : null;

    /// <summary>"Ines Korda: hello", also with a time: "Ines Korda (10:32): hello", "[10:32] Ines: hello", "Ines Korda 10:32 AM: hello".</summary>
    private static bool TryName(ReadOnlySpan<char> line, out string name)
    {
        name = "";
        var text = line.Trim();
        if (text.Length > 6 && text[0] is '[' or '(' && text[..Math.Min(text.Length, 24)].IndexOfAny(']', ')') is > 0 and var close)
            text = text[(close + 1)..].TrimStart(" -");
        var head = text[..Math.Min(text.Length, LongestName + 14)];
        // The colon that counts is followed by a space or ends the line; the one of a time is followed by a digit.
        var colon = -1;
        for (var i = 1; i < head.Length && colon < 0; i++)
            if (head[i] == ':' && (i + 1 == text.Length || text[i + 1] == ' '))
                colon = i;
        if (colon < 2)
            return false;
        var before = head[..colon];
        var digit = before.IndexOfAnyInRange('0', '9');
        if (digit > 0)
            before = before[..digit];
        before = before.TrimEnd(" ([,-");
        if (before.Length is < 2 or > LongestName || before.ContainsAny(NotInNames) || !char.IsUpper(before[0]) || LineShapes.IsHeader($"{before}:"))
            return false;
        var words = 1;
        for (var i = 1; i < before.Length; i++)
        {
            if (before[i] != ' ')
                continue;
            // Names keep their capitals: "Next steps" is none.
            if (i + 1 < before.Length && !char.IsUpper(before[i + 1]) || ++words > MostWords)
                return false;
        }
        name = before.ToString();
        return true;
    }
}
