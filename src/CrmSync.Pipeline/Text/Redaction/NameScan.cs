namespace CrmSync.Pipeline.Text.Redaction;

/// <summary>Finds known names in a text. Linear in its length.</summary>
internal static class NameScan
{
    // First and last names that are everyday words as well. Alone they count only where something says that a person or company is meant.
    private static readonly HashSet<string> Everyday =
    [
        "will", "may", "mark", "bill", "grant", "rose", "hope", "grace", "faith", "joy", "art", "frank", "rich", "chase", "drew", "dean", "june", "april", "august", "summer", "sky", "dawn", "sunny", "guy", "rob",
        "pat", "sue", "jack", "king", "young", "long", "short", "strong", "best", "good", "page", "cook", "baker", "price", "cash", "bond", "banks", "park", "parks", "hill", "wood", "woods", "field", "fields", "stone",
        "brook", "brooks", "lake", "marsh", "moon", "day", "sales", "case", "cross", "black", "white", "green", "brown", "gray", "grey", "little", "small", "large", "love", "read", "major", "marshall", "miles", "mills",
        "north", "west", "east", "south", "street", "singer", "song", "bell", "booth", "carpenter", "chance", "church", "cole", "ford", "fox", "hand", "head", "house", "hunt", "judge", "law", "lane", "main", "mason", "max",
        "miller", "nice", "noble", "parish", "person", "pool", "power", "powers", "pope", "pride", "reading", "rice", "self", "sharp", "shop", "star", "stern", "storm", "swift", "taylor", "trust", "van", "ward", "way",
        "wise", "world", "apple", "target", "gap", "oracle", "box", "monday", "next", "shell", "square", "stripe", "visa", "orange", "sage", "slack", "zoom", "block", "unity", "general", "first", "united", "national", "global",
        "kind", "klein", "lang", "stark", "weiss", "schwarz", "jung", "gross", "roth", "bach", "berg", "winter", "sommer", "herbst", "engel", "kaiser", "richter", "koch", "petit", "grand", "blanc", "noir", "rey", "flores", "cruz",
        "contact", "unknown", "test", "info", "office", "support", "team", "admin", "service", "services", "solutions", "systems", "partners", "capital", "media", "energy", "health", "data", "cloud", "digital", "design",
    ];

    private static readonly HashSet<string> Months = ["may", "june", "april", "august"];

    private static readonly HashSet<string> BeforeMonths = ["in", "by", "of", "until", "till", "since", "mid", "late", "early", "next", "last", "this", "end", "from", "through", "to", "before", "after", "for"];

    private static readonly HashSet<string> Salutations =
        ["hi", "hello", "hey", "dear", "thanks", "thank", "cheers", "regards", "best", "mr", "mrs", "ms", "miss", "dr", "herr", "frau", "hallo", "liebe", "lieber", "bonjour", "cher", "chere", "hola", "attn", "with", "w", "cc"];

    /// <summary>Adds the places of names.</summary>
    /// <param name="text">The text.</param>
    /// <param name="names">The names.</param>
    /// <param name="source">Sets the ids of one index apart from those of another.</param>
    /// <param name="spans">What was found already, in text order; what is found is added.</param>
    public static void Find(string text, NameIndex names, string source, List<PersonalSpan> spans)
    {
        if (names.Count == 0)
            return;
        var words = Without(NameWords.Read(text), spans);
        for (var i = 0; i < words.Count;)
        {
            if (IsPlaceholder(text, words, i) || names.Match(words, i) is not var (length, entry) || (entry.IsPart && !IsName(text, words, i)))
            {
                i++;
                continue;
            }
            var (start, last) = (words[i].Start, words[i + length - 1]);
            var kind = entry.Kind == NameKind.Person ? "person" : "company";
            spans.Add(new PersonalSpan(start, last.Start + last.Length - start, kind, $"{source} {entry.Id}"));
            i += length;
        }
    }

    // Words of an address or a number are gone already; a name must not begin in them and so escape with its rest.
    private static List<NameWord> Without(List<NameWord> words, List<PersonalSpan> spans)
    {
        List<NameWord> left = new(words.Count);
        var next = 0;
        var cut = false;
        foreach (var word in words)
        {
            while (next < spans.Count && spans[next].Start + spans[next].Length <= word.Start)
            {
                next++;
                cut = true;
            }
            if (next < spans.Count && spans[next].Start < word.Start + word.Length)
                continue;
            left.Add(cut ? word with { FollowsClosely = false } : word);
            cut = false;
        }
        return left;
    }

    private static bool IsPlaceholder(string text, List<NameWord> words, int at) =>
        words[at].Start > 0 && text[words[at].Start - 1] == '[' && PersonalDataScan.PlaceholderLength(text, words[at].Start - 1) > 0;

    // An everyday word is a name where it is written like one in the middle of a sentence, or greeted.
    private static bool IsName(string text, List<NameWord> words, int at)
    {
        var word = words[at];
        if (!Everyday.Contains(word.Folded))
            return true;
        var before = at > 0 && word.FollowsClosely ? words[at - 1].Folded : "";
        if (!char.IsUpper(text[word.Start]))
            return false;
        if (Months.Contains(word.Folded) && (BeforeMonths.Contains(before) || (at + 1 < words.Count && words[at + 1].FollowsClosely && char.IsAsciiDigit(words[at + 1].Folded[0]))))
            return false;
        return Salutations.Contains(before) || !BeginsSentence(text, word.Start);
    }

    private static bool BeginsSentence(string text, int start)
    {
        var at = start - 1;
        while (at >= 0 && text[at] is ' ' or '\t' or '"' or '\'' or '(' or '-' or '*' or '•')
            at--;
        return at < 0 || text[at] is '.' or '!' or '?' or '\n' or ':' or ']' or '>' or ';';
    }
}
