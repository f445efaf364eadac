using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Packs.Drafting;

/// <summary>A sentence of an activity.</summary>
/// <param name="Account">Key of the account.</param>
/// <param name="Note">The activity.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Words">Its words, folded; <see cref="Sentences.Gap"/> where two words do not stand beside each other.</param>
internal sealed record Sentence(string Account, NoteFacts Note, string Text, string[] Words)
{
    public bool IsQuestion => Text.EndsWith('?');
}

/// <summary>Divides text into sentences and words. Linear.</summary>
internal static class Sentences
{
    /// <summary>Keeps two words apart: a number, a placeholder or a mark stood between them.</summary>
    public const string Gap = "";

    /// <summary>The longest text of one activity that is read, in characters.</summary>
    public const int LongestNote = 20_000;

    /// <summary>Most activities of one account that are read, the newest.</summary>
    public const int MostNotes = 500;

    private const int LongestSentence = 600;

    /// <summary>The sentences of some accounts, in the order of accounts and of time.</summary>
    public static List<Sentence> Of(IEnumerable<AccountFacts> accounts)
    {
        List<Sentence> read = [];
        foreach (var account in accounts.OrderBy(account => account.Id, StringComparer.Ordinal))
        {
            foreach (var note in account.Notes.OrderBy(note => note.At).ThenBy(note => note.Id, StringComparer.Ordinal).TakeLast(MostNotes))
                read.AddRange(Of(account.Id, note));
        }
        return read;
    }

    /// <summary>The sentences of one activity; those that give orders to a machine are nobody's knowledge.</summary>
    public static IEnumerable<Sentence> Of(string account, NoteFacts note)
    {
        foreach (var text in Split(note.Text))
        {
            var words = MachineOrders.AreIn(text) ? [] : Words(text);
            if (words.Length > 0)
                yield return new Sentence(account, note, text, words);
        }
    }

    /// <summary>The sentences of a text, without the blanks around them.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var length = Math.Min(text.Length, LongestNote);
        var start = 0;
        for (var at = 0; at < length; at++)
        {
            var isEnd = text[at] is '\n' or '\r'
                || text[at] is '.' or '!' or '?' && (at + 1 == length || char.IsWhiteSpace(text[at + 1]))
                || at - start >= LongestSentence && char.IsWhiteSpace(text[at]);
            if (!isEnd && at < length - 1)
                continue;
            var sentence = text[start..(at + 1)].Trim();
            if (sentence.Length > 0)
                yield return sentence;
            start = at + 1;
        }
    }

    /// <summary>The words of a text, folded.</summary>
    public static string[] Words(string text)
    {
        List<string> words = [];
        Span<char> folded = stackalloc char[WordFold.MaxWord + 2];
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '[' && PersonalDataScan.PlaceholderLength(text, at) is > 0 and var placeholder)
            {
                Push(Gap);
                at += placeholder;
                continue;
            }
            if (!char.IsLetterOrDigit(text[at]))
            {
                if (text[at] is not (' ' or '-' or '\'' or '\u2019' or '/' or '\t'))
                    Push(Gap);
                at++;
                continue;
            }
            var start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || (text[at] is '\'' or '\u2019' && at + 1 < text.Length && char.IsLetter(text[at + 1]))))
                at++;
            var length = at - start > WordFold.MaxWord ? -1 : WordFold.Fold(text.AsSpan(start, at - start), folded);
            Push(length <= 0 || char.IsDigit(text[start]) ? Gap : folded[..length].ToString());
        }
        while (words.Count > 0 && words[^1] == Gap)
            words.RemoveAt(words.Count - 1);
        return [.. words];

        void Push(string word)
        {
            if (word != Gap || (words.Count > 0 && words[^1] != Gap))
                words.Add(word);
        }
    }
}
