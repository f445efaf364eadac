namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Tells languages apart by the words that each cannot do without, so that an account is compared with notes in its own language: else the languages would be the
/// segments. A word stands with one language only.
/// </summary>
internal static class LanguageWords
{
    private static readonly (string Language, string Words)[] Lists =
    [
        ("en", "the and to of is for with that this have they we our be was were are it from has been would should their there what how not you your my can about which at by i if when"),
        ("de", "und der das ist nicht wir ich sie mit auf ein eine den dem zu von im fur auch noch bei nach haben hat wird sind werden wurde aber oder wie uber sich aus zum zur einen einer"),
        ("fr", "le les des et une pour dans nous vous sur pas avec qui ce sont du au aux leur cette mais ont ils elle nos votre je il"),
        ("es", "el los las y una para por con su se lo al pero muy esta este nos como mas sus hay fue del que ya"),
        ("it", "il gli di che non con sono della dei nel alla anche ma ha abbiamo delle questo e le"),
        ("nl", "het een van en ik niet dat zijn voor op met maar ook wij naar hebben heeft wordt deze nog bij ze er"),
        ("pt", "os uma nao com dos da em na ao foi tem nos pela mas voce muito sao e o"),
        ("pl", "nie na jest sie ze z do w jak ale tak czy dla przez"),
    ];

    // Words that carry no meaning of their own though they do not tell a language.
    private const string Small =
        "an or as do does did has had so no yes he she his her him us me them these those into out up down over under than then there here very can could will would get got go again still also any some all more most much many one two";

    private static readonly HashSet<string> All = [.. Lists.SelectMany(list => list.Words.Split(' ')), .. Small.Split(' ')];

    /// <summary>Number of languages that can be told apart.</summary>
    public static int Count => Lists.Length;

    /// <summary>Two-letter name of a language.</summary>
    public static string NameOf(int language) => Lists[language].Language;

    /// <summary>Whether a word only holds others together; such words are no part of what a segment is called.</summary>
    public static bool IsFunctionWord(string word) => All.Contains(word);

    /// <summary>The language of every word of a book, as a number; -1 for words that tell nothing.</summary>
    public static sbyte[] Read(WordBook words)
    {
        Dictionary<string, sbyte> known = new(StringComparer.Ordinal);
        for (var language = 0; language < Lists.Length; language++)
            foreach (var word in Lists[language].Words.Split(' '))
                if (!known.TryAdd(word, (sbyte)language))
                    known[word] = -1;
        var result = new sbyte[words.Count];
        for (var i = 0; i < result.Length; i++)
            result[i] = known.GetValueOrDefault(words[i], (sbyte)-1);
        return result;
    }
}
