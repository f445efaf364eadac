namespace CrmSync.Simulator.AzureOpenAI.Answers;

/// <summary>
/// What a gullible model does with instructions that somebody hid in a text. An instruction is a word such as "ignore", "system" or
/// "answer with" (in nine languages) and one of the allowed labels in the 400 characters after it; it holds for its own record, or for all
/// where it says so or belongs to none. "Reply with X" is taken literally where no schema stands against it.
/// </summary>
internal static class Obedience
{
    private const int Reach = 400;

    private static readonly string[] Triggers =
    [
        "ignore", "disregard", "forget", "override", "overrule", "system", "assistant", "instruction", "new rule", "you must", "label", "classify", "mark this",
        "reply with", "answer with", "respond with", "output", "ignorier", "vergiss", "antworte", "ignora", "olvida", "responde", "ignorez", "oubliez", "répond",
        "ignorieren", "esqueça", "negeer", "zignoruj", "игнорируй", "忽略", "無視",
    ];

    private static readonly string[] ForAll = ["all", "every", "each", "everything", "alle", "todos", "toutes", "tous", "tutti", "wszystk", "все", "所有", "全て"];
    private static readonly string[] Replies = ["reply with ", "answer with ", "respond with ", "reply only with ", "antworte mit "];

    /// <summary>The value that the text orders, and whether for every record; null where it orders none.</summary>
    public static (string Value, bool ForAll)? Order(string text, IReadOnlyList<string> values)
    {
        foreach (var at in Starts(text, Triggers))
        {
            var reach = text.AsSpan(at, Math.Min(Reach, text.Length - at));
            var named = Named(reach, values);
            // A list of definitions names most labels; an order names one.
            if (named.Count > 0 && named.Count <= Math.Max(1, values.Count / 3))
                return (named[0], Has(reach, ForAll));
        }
        return null;
    }

    /// <summary>What the text wants to be said instead of an answer: the rest of the line, quotes and the full stop left out.</summary>
    public static string? Reply(string text)
    {
        foreach (var reply in Replies)
        {
            var at = text.IndexOf(reply, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
                continue;
            var line = text.AsSpan(at + reply.Length);
            var end = line.IndexOfAny('\n', '\r');
            return (end < 0 ? line : line[..end]).Trim().Trim("\"'.`").ToString();
        }
        return null;
    }

    /// <summary>The labels in a text, first one first; one that is only part of another found one ("ENGAGED" in "NOT ENGAGED") is left out.</summary>
    private static List<string> Named(ReadOnlySpan<char> text, IReadOnlyList<string> values)
    {
        List<(int Place, string Value)> found = [];
        foreach (var value in values)
        {
            var place = Place(text, value);
            if (place >= 0)
                found.Add((place, value));
        }
        return
        [
            .. found.Where(one => !found.Any(other => other.Value.Length > one.Value.Length && other.Place <= one.Place
                    && other.Place + other.Value.Length >= one.Place + one.Value.Length))
                .OrderBy(one => one.Place).Select(one => one.Value),
        ];
    }

    private static int Place(ReadOnlySpan<char> text, string label)
    {
        var at = text.IndexOf(label, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            at = text.IndexOf(label.Replace(' ', '_'), StringComparison.OrdinalIgnoreCase);
        return at < 0 ? text.IndexOf(label.Replace('-', ' '), StringComparison.OrdinalIgnoreCase) : at;
    }

    private static bool Has(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    // Reaches do not overlap, so a text of nothing but triggers stays linear.
    private static IEnumerable<int> Starts(string text, string[] words)
    {
        List<int> starts = [];
        foreach (var word in words)
        {
            for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0;
                at = at + Reach / 2 < text.Length ? text.IndexOf(word, at + Reach / 2, StringComparison.OrdinalIgnoreCase) : -1)
                starts.Add(at);
        }
        starts.Sort();
        return starts;
    }
}
