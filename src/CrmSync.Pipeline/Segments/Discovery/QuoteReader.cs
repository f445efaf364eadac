using System.Text;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Fetches the notes that are quoted, by their keys, and leaves out every word that few accounts use: names that no list knows, products, places.
/// </summary>
internal static class QuoteReader
{
    private const int MaxQuote = 280;
    private const char LeftOut = '…';

    public static async Task<Dictionary<ulong, SegmentQuote>> ReadAsync(
        INoteSource source, IReadOnlySet<ulong> wanted, IReadOnlySet<string> shared, CancellationToken cancellationToken)
    {
        Dictionary<ulong, SegmentQuote> found = new(wanted.Count);
        if (wanted.Count == 0)
            return found;
        await foreach (var note in source.ReadAsync(cancellationToken))
        {
            var key = NoteKey.Of(note);
            if (wanted.Contains(key))
                found[key] = new SegmentQuote(note.Account, note.Id, Mask(note.Text, shared));
            // What is gone by now is not quoted.
            if (found.Count == wanted.Count)
                break;
        }
        return found;
    }

    /// <summary>The text without words that are not shared; numbers stay out too, because amounts and dates can point at one account.</summary>
    public static string Mask(string text, IReadOnlySet<string> shared)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length && result.Length < MaxQuote;)
        {
            var c = text[at];
            if (c == '[' && PersonalDataScan.PlaceholderLength(text, at) is > 0 and var placeholder)
            {
                result.Append(text, at, placeholder);
                at += placeholder;
            }
            else if (char.IsLetterOrDigit(c))
            {
                var end = at + 1;
                while (end < text.Length && (char.IsLetterOrDigit(text[end]) || (text[end] is '\'' or '\u2019' && end + 1 < text.Length && char.IsLetter(text[end + 1]))))
                    end++;
                var word = text[at..end];
                if (end - at == 1 || shared.Contains(WordFold.Fold(word)))
                    result.Append(word);
                else if (!EndsWithMark(result))
                    result.Append(LeftOut);
                at = end;
            }
            else
            {
                if (!char.IsControl(c) || c == '\n')
                    result.Append(c == '\n' ? ' ' : c);
                at++;
            }
        }
        return result.ToString().Trim() + (result.Length >= MaxQuote ? LeftOut.ToString() : "");
    }

    private static bool EndsWithMark(StringBuilder text)
    {
        var at = text.Length - 1;
        while (at >= 0 && text[at] is ' ' or ',' or '.' or '-')
            at--;
        return at >= 0 && text[at] == LeftOut;
    }
}
