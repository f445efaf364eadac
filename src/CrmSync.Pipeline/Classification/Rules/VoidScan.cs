using System.Buffers;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>A sentence and what was found in it.</summary>
internal struct VoidSentence(int start)
{
    public int Start { get; } = start;

    public int End { get; set; }

    public int Words { get; set; }

    public int HiddenWords { get; set; }

    /// <summary>True when it ends its line.</summary>
    public bool EndsLine { get; set; }

    /// <summary>True when an empty line, or the body, follows.</summary>
    public bool EndsParagraph { get; set; }
}

/// <summary>
/// One pass over a text as hostile text has to be read: lookalikes and leetspeak folded, one word per Chinese, Japanese or Korean character, spaced letters,
/// encoded runs and rows of words noted on the way. Linear: nothing is looked at more than a constant number of times.
/// </summary>
internal sealed class VoidScan
{
    private const int MinLeet = 3;
    private const int MinLetters = 20;

    // After ASCII letters these end the word and cannot be part of an encoded run.
    private static readonly SearchValues<char> PlainEnds = SearchValues.Create(" \n\t.,:;!?()[]<>{}\"&%#*");

    private VoidWords _words = null!;
    private int _position;
    private int _encodedUntil;
    private readonly VoidRows _rows = new();

    public List<Token> Tokens { get; } = new(256);

    public List<VoidSentence> Sentences { get; } = new(32);

    /// <summary>Phrases, once they have been looked for.</summary>
    public List<PhraseHit> Hits { get; } = new(64);

    /// <summary>Spans that are void whatever stands around them.</summary>
    public List<TextSpan> Spans { get; } = [];

    /// <summary>Scans a text; what an earlier scan found is forgotten, the room for it is used again.</summary>
    public void Run(VoidWords words, string text, int bodyStart)
    {
        (_words, _position, _encodedUntil) = (words, 0, 0);
        Tokens.Clear();
        Sentences.Clear();
        Spans.Clear();
        Hits.Clear();
        var sentence = new VoidSentence(0);
        Span<char> folded = stackalloc char[WordFold.MaxWord + 2];
        while (_position < text.Length && Tokens.Count < TokenStream.MaxTokens)
        {
            var c = text[_position];
            if (c == ' ')
            {
                _position++;
                continue;
            }
            if (char.IsAsciiLetter(c) && Plain(text, folded, ref sentence) || Encoded(text))
                continue;
            if (char.IsLetterOrDigit(c))
            {
                Word(text, folded, ref sentence);
                continue;
            }
            _position++;
            if (!Ends(text, _position - 1) && !(_position < bodyStart && EndsPart(text, _position - 1)))
                continue;
            sentence.EndsLine = c == '\n';
            sentence.EndsParagraph = c == '\n' && (_position == bodyStart || _position < text.Length && IsBlankLine(text, _position));
            Close(ref sentence);
        }
        (sentence.EndsLine, sentence.EndsParagraph) = (true, true);
        Close(ref sentence);
        _rows.End(Spans);
    }

    private static bool Ends(string text, int at) => text[at] switch
    {
        '\n' or '!' or '?' or ';' or '•' or '。' or '؟' => true,
        '.' => at + 1 >= text.Length || char.IsWhiteSpace(text[at + 1]),
        _ => false,
    };

    /// <summary>Titles and fields are made of parts, such as tool tags; an instruction in one does not void the others.</summary>
    private static bool EndsPart(string text, int at) => text[at] switch
    {
        '[' or ']' or '(' or ')' or '|' or ',' => true,
        '-' or '–' => at > 0 && text[at - 1] == ' ',
        _ => false,
    };

    private static bool IsBlankLine(string text, int at)
    {
        // Indentation and quote marks are short; a line of nothing but blanks beyond that is not worth more looks.
        for (var end = Math.Min(text.Length, at + 40); at < end && text[at] != '\n'; at++)
            if (text[at] is not (' ' or '>' or '\t'))
                return false;
        return true;
    }

    private void Close(ref VoidSentence sentence)
    {
        sentence.End = _position;
        Sentences.Add(sentence);
        sentence = new VoidSentence(_position);
    }

    private bool Encoded(string text)
    {
        if (_position < _encodedUntil || _position > 0 && char.IsLetterOrDigit(text[_position - 1]))
            return false;
        var rest = text.AsSpan(_position);
        if (rest[0] is '%' or '\\' or '&' or '0' or '1' && EncodedText.EscapesLength(rest) is > 0 and var escapes)
            return Skip(escapes);
        if (!char.IsAsciiLetterOrDigit(rest[0]) || !MayBeBlob(rest))
            return false;
        var run = EncodedText.RunLength(rest);
        _encodedUntil = _position + run;
        return EncodedText.IsReadable(rest[..run]) && Skip(run);
    }

    /// <summary>A word of letters alone is none, unless it is very long.</summary>
    private static bool MayBeBlob(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && end < MinLetters && char.IsAsciiLetter(text[end]))
            end++;
        return end == MinLetters || end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '+' or '/' or '=' or '_' or '-');
    }

    private bool Skip(int length)
    {
        Spans.Add(new TextSpan(_position, length));
        _position += length;
        return true;
    }

    /// <summary>Most of what is read: ASCII letters up to a blank or a stop. There is no second way to read them, so none is tried.</summary>
    private bool Plain(string text, Span<char> folded, ref VoidSentence sentence)
    {
        var start = _position;
        var rest = text.AsSpan(start);
        var length = WordFold.FoldPlain(rest, folded, out var hash);
        if (length is 0 or >= MinLetters || length < rest.Length && !PlainEnds.Contains(rest[length]))
            return false;
        _position = start + length;
        var word = _words.Find(folded[..length], hash);
        sentence.HiddenWords += word.IsHidden ? 1 : 0;
        Add(text, start, length, word, ref sentence);
        return true;
    }

    private void Word(string text, Span<char> folded, ref VoidSentence sentence)
    {
        var start = _position;
        var rest = text.AsSpan(start);
        var length = IsSyllabic(rest[0]) ? 1 : Length(rest, leet: false);
        var next = length < rest.Length ? rest[length] : ' ';
        var mixes = char.IsAsciiDigit(rest[0]) ? char.IsAsciiLetter(next) || next is '@' or '$' or '|' : char.IsAsciiDigit(next) || next is '@' or '$' or '|';
        var leet = mixes && !IsSyllabic(rest[0]) ? Length(rest, leet: true) : 0;
        var (word, plain) = leet > length && leet <= WordFold.MaxWord ? (Leet(rest[..leet], folded), false) : (default, true);
        if (word.Id == Vocabulary.Unknown && !word.IsStuffing)
            (word, plain) = (Find(rest[..length], folded), true);
        else
            length = leet;
        _position = start + length;
        if (plain && char.IsAsciiDigit(rest[0]))
            word = word with { Id = Vocabulary.Number };
        sentence.HiddenWords += word.IsHidden || !plain ? 1 : 0;
        Add(text, start, length, word, ref sentence);
    }

    private void Add(string text, int start, int length, VoidWord word, ref VoidSentence sentence)
    {
        Tokens.Add(new Token(word.Id, start, length, Sentences.Count, RulePlaces.New, default));
        sentence.Words++;
        _rows.Add(text, start, length, word.IsStuffing, Spans);
    }

    private VoidWord Find(ReadOnlySpan<char> word, Span<char> folded)
    {
        var size = word.Length > WordFold.MaxWord ? -1 : WordFold.Fold(word, folded, Lookalikes.FoldAll);
        return size < 0 ? default : _words.Find(folded[..size], WordHash.Of(folded[..size]));
    }

    /// <summary>A word with digits and signs for letters, read both ways for the sign that stands for two letters.</summary>
    private VoidWord Leet(ReadOnlySpan<char> word, Span<char> folded)
    {
        Span<char> letters = stackalloc char[WordFold.MaxWord];
        foreach (var one in (ReadOnlySpan<char>)['l', 'i'])
        {
            for (var i = 0; i < word.Length; i++)
                letters[i] = word[i] switch
                {
                    '0' => 'o', '1' or '|' => one, '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '6' => 'g', '7' => 't', '8' => 'b', '9' => 'g', '2' => 'z',
                    var c => c,
                };
            if (Find(letters[..word.Length], folded) is { Id: not Vocabulary.Unknown } found)
                return found;
        }
        return default;
    }

    private static int Length(ReadOnlySpan<char> text, bool leet)
    {
        var letters = char.IsLetter(text[0]);
        var length = 1;
        var signs = letters ? 0 : 1;
        for (; length < text.Length && length <= WordFold.MaxWord || !leet && length < text.Length; length++)
        {
            var c = text[length];
            // Most of what is read: nothing below would change.
            if (letters && char.IsAsciiLetter(c))
                continue;
            var next = length + 1 < text.Length ? text[length + 1] : ' ';
            if (IsSyllabic(c))
                break;
            if (char.IsLetter(c))
            {
                if (!letters && !leet)
                    break;
                letters = true;
            }
            else if (leet && (char.IsAsciiDigit(c) || c is '@' or '$' or '|' && char.IsLetterOrDigit(next)))
                signs++;
            else if (!(letters && (c is >= '\u0300' and <= '\u036F' || c is '\'' or '\u2019' && char.IsLetter(next)) || !letters && char.IsAsciiDigit(c)))
                break;
        }
        return leet && (signs == 0 || !letters || length < MinLeet) ? 0 : length;
    }

    /// <summary>Chinese, Japanese and Korean write no blanks; each character is a word.</summary>
    public static bool IsSyllabic(char c) => c is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' or >= '\uAC00' and <= '\uD7AF';
}
