using System.Text;

namespace CrmSync.Simulator.Seed.Segments;

/// <summary>
/// The hand of each rep: what one types out another shortens, one never finds the shift key, one mistypes. Changes what reps log, never what
/// a buyer wrote. Linear in the length of the text.
/// </summary>
internal static class RepVoice
{
    private static readonly (string Long, string Short)[] Words =
    [
        ("with", "w/"), ("between", "btw"), ("because", "bc"), ("about", "abt"), ("people", "ppl"), ("week", "wk"), ("year", "yr"),
        ("month", "mo"), ("account", "acct"), ("meeting", "mtg"), ("customer", "cust"), ("tomorrow", "tmrw"), ("without", "w/out"),
        ("manager", "mgr"), ("before", "b4"), ("quarter", "qtr"),
    ];

    /// <summary>A text as the owner at that place in the list would have typed it.</summary>
    public static string Say(string text, int owner, SeedRandom random) => owner switch
    {
        1 => text.ToLowerInvariant(),
        2 => Swap(text, spellOut: true),
        3 => Mistype(text, random),
        4 => text.Length > 60 ? text + " -SK" : text,
        5 => text.Replace(". ", "... ", StringComparison.Ordinal),
        6 => Swap(text, spellOut: false),
        7 => text.Length > 80 ? "- " + text.Replace(". ", "\n- ", StringComparison.Ordinal) : text,
        _ => text,
    };

    private static string Swap(string text, bool spellOut)
    {
        var words = text.Split(' ');
        for (var i = 0; i < words.Length; i++)
        {
            var bare = words[i].TrimEnd('.', ',');
            foreach (var (full, brief) in Words)
            {
                if (bare == (spellOut ? brief : full))
                    words[i] = (spellOut ? full : brief) + words[i][bare.Length..];
            }
        }

        return string.Join(' ', words);
    }

    /// <summary>Two letters change places in about one long word of twelve.</summary>
    private static string Mistype(string text, SeedRandom random)
    {
        var typed = new StringBuilder(text);
        for (var start = 0; start < typed.Length;)
        {
            var end = start;
            while (end < typed.Length && char.IsAsciiLetterLower(typed[end]))
                end++;
            if (end - start >= 6 && random.Chance(8))
            {
                var at = random.Between(start + 1, end - 3);
                (typed[at], typed[at + 1]) = (typed[at + 1], typed[at]);
            }

            start = end + 1;
        }

        return typed.ToString();
    }
}
