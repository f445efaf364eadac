using System.Runtime.InteropServices;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>One word, number or sign of an activity.</summary>
/// <param name="Word">Its id in the rules' vocabulary.</param>
/// <param name="Start">Where it stands in the decoded text; -1 in a field.</param>
/// <param name="Length">Characters there.</param>
/// <param name="Sentence">The sentence it belongs to.</param>
/// <param name="Place">The zone it stands in.</param>
/// <param name="Hash">Hash of the folded word, for a model's features.</param>
/// <param name="IsNamelike">Written like a name: a capital, then a small letter.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Token(int Word, int Start, int Length, int Sentence, RulePlaces Place, uint Hash, bool IsNamelike = false);

/// <summary>
/// Divides text into words as phrases see them: letters and digits part ("40min" is two words), apostrophes vanish, money signs are one word,
/// a line break or a full stop ends a sentence. Linear, and never more than <see cref="MaxTokens"/>.
/// </summary>
internal sealed class TokenStream(Vocabulary vocabulary, Lookalikes lookalikes = Lookalikes.FoldMixed)
{
    /// <summary>Words that are read of one activity; about forty pages.</summary>
    public const int MaxTokens = 20_000;

    private readonly List<Token> _tokens = new(256);
    private int _sentence;

    public List<Token> Tokens => _tokens;

    public int Sentences => _sentence + 1;

    /// <summary>Adds a stretch of text; <paramref name="offset"/> is where it stands in the decoded text, -1 for a field.</summary>
    public void Add(ReadOnlySpan<char> text, int offset, RulePlaces place)
    {
        Span<char> folded = stackalloc char[WordFold.MaxWord + 2];
        _sentence++;
        if (_tokens.Count < MaxTokens)
            _tokens.Add(new Token(Vocabulary.Begin, offset, 0, _sentence, place, WordHash.Begin));
        var position = 0;
        while (position < text.Length && _tokens.Count < MaxTokens)
        {
            var c = text[position];
            var length = 1;
            if (char.IsLetter(c))
            {
                var size = length = WordFold.FoldPlain(text[position..], folded, out var hash);
                if (length == 0)
                {
                    length = WordLength(text[position..]);
                    size = WordFold.Fold(text.Slice(position, Math.Min(length, WordFold.MaxWord)), folded, lookalikes);
                    hash = size < 0 ? WordHash.Unknown : WordHash.Of(folded[..size]);
                }
                Push(size < 0 ? Vocabulary.Unknown : vocabulary.Find(folded[..size], hash), hash, length > 1 && char.IsUpper(c) && char.IsLower(text[position + 1]));
            }
            else if (char.IsAsciiDigit(c))
            {
                length = NumberLength(text[position..]);
                Push(Vocabulary.Number, WordHash.Number);
            }
            else if (c is '$' or '€' or '£' or '¥')
                Push(Vocabulary.Currency, WordHash.Currency);
            else if (c == '%')
                Push(Vocabulary.Percent, WordHash.Percent);
            else if (c == '?')
            {
                Push(Vocabulary.Question, WordHash.Question);
                _sentence++;
            }
            else if (c is '.' or '!' or '\n' or ';' or '•')
                _sentence++;
            position += length;

            void Push(int word, uint hash, bool namelike = false) =>
                _tokens.Add(new Token(word, offset < 0 ? -1 : offset + position, length, _sentence, place, hash, namelike));
        }
    }

    private static int WordLength(ReadOnlySpan<char> text)
    {
        var length = 1;
        while (length < text.Length && (char.IsAsciiLetter(text[length]) || char.IsLetter(text[length]) || char.GetUnicodeCategory(text[length]) == System.Globalization.UnicodeCategory.NonSpacingMark
            || text[length] is '\'' or '\u2019' && length + 1 < text.Length && char.IsLetter(text[length + 1])))
            length++;
        return length;
    }

    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var length = 1;
        while (length < text.Length && (char.IsAsciiDigit(text[length])
            || text[length] is '.' or ',' or ':' && length + 1 < text.Length && char.IsAsciiDigit(text[length + 1])))
            length++;
        return length;
    }
}
