using System.Globalization;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Words by number. Bounded: once full, words not met before are unknown. Not thread-safe.</summary>
internal sealed class WordBook
{
    private const int MostWords = 3_000_000;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _words = [];

    public WordBook() => _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => _words.Count;

    public string this[int number] => _words[number];

    public int NumberOf(ReadOnlySpan<char> word)
    {
        if (_lookup.TryGetValue(word, out var number))
            return number;
        if (_words.Count >= MostWords)
            return -1;
        var text = word.ToString();
        _numbers[text] = _words.Count;
        _words.Add(text);
        return _words.Count - 1;
    }
}

/// <summary>
/// Divides a note into folded words. Sentences end at stops and line breaks; numbers and placeholders of removed data are no words, and no two words stand beside each
/// other across them. Linear.
/// </summary>
internal static class NoteWords
{
    /// <summary>Ends a sentence.</summary>
    public const int Stop = -1;

    /// <summary>Keeps two words apart within a sentence.</summary>
    public const int Gap = -2;

    private const char TopicMark = '#';
    private const int FewestLetters = 2;

    /// <summary>Adds topics as words that no text can hold; each stands alone.</summary>
    public static void ReadTopics(IReadOnlyList<int>? topics, WordBook words, TokenStore tokens)
    {
        foreach (var topic in topics ?? [])
        {
            tokens.Add(words.NumberOf(string.Create(CultureInfo.InvariantCulture, $"{TopicMark}{topic}")));
            tokens.Add(Stop);
        }
    }

    /// <summary>Whether a term is a topic, which people cannot read.</summary>
    public static bool IsTopic(string term) => term[0] == TopicMark;

    public static void Read(string text, WordBook words, TokenStore tokens, int mostWords)
    {
        Span<char> folded = stackalloc char[WordFold.MaxWord + 2];
        var (count, last) = (0, Stop);
        for (var at = 0; at < text.Length && count < mostWords;)
        {
            var c = text[at];
            if (char.IsLetter(c))
            {
                var length = LengthOf(text.AsSpan(at));
                var size = length > WordFold.MaxWord ? -1 : WordFold.Fold(text.AsSpan(at, length), folded);
                var number = size < FewestLetters ? Gap : words.NumberOf(folded[..size]);
                Push(number < 0 ? Gap : number);
                at += length;
                continue;
            }
            if (c == '[' && PersonalDataScan.PlaceholderLength(text, at) is > 0 and var placeholder)
            {
                Push(Gap);
                at += placeholder;
                continue;
            }
            if (c is '.' or '!' or '?' or '\n' or ';' or '•' or '|')
                Push(Stop);
            else if (c is not (' ' or '-' or '/' or '\'' or ','))
                Push(Gap);
            at++;
        }
        Push(Stop);

        void Push(int token)
        {
            // Marks never stand in a row; a stop is stronger than a gap.
            if (token >= 0)
                count++;
            else if (last < 0)
                return;
            tokens.Add(token);
            last = token;
        }
    }

    private static int LengthOf(ReadOnlySpan<char> text)
    {
        var length = 1;
        while (length < text.Length && (char.IsLetter(text[length]) || (text[length] >= '\u0300' && char.GetUnicodeCategory(text[length]) == System.Globalization.UnicodeCategory.NonSpacingMark)
            || (text[length] is '\'' or '\u2019' && length + 1 < text.Length && char.IsLetter(text[length + 1]))))
            length++;
        return length;
    }
}
