using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>The part of a thread that a prompt holds.</summary>
/// <param name="Older">Messages that are too old to be held word for word; the summary stands for them.</param>
/// <param name="Newer">Messages that are held word for word, oldest first.</param>
internal sealed record HistoryCut(IReadOnlyList<ThreadMessage> Older, IReadOnlyList<ThreadMessage> Newer);

/// <summary>Shortens threads. What is summarised is always said; the messages themselves stay in the thread.</summary>
internal static class HistorySummary
{
    private const double VerbatimShare = 0.7;

    /// <summary>Divides the thread: the newest messages stay word for word as long as they fit.</summary>
    public static HistoryCut Cut(SegmentScope scope, int tokens)
    {
        var whole = scope.History.Sum(message => TokensOf(message));
        var room = whole <= tokens ? tokens : (int)(tokens * VerbatimShare);
        var from = scope.History.Count;
        while (from > 0 && room - TokensOf(scope.History[from - 1]) is >= 0 and var left)
            (from, room) = (from - 1, left);
        return new HistoryCut([.. scope.History.Take(from)], [.. scope.History.Skip(from)]);
    }

    /// <summary>Tokens that a summary may take.</summary>
    public static int SummaryTokens(int tokens) => tokens - (int)(tokens * VerbatimShare);

    /// <summary>
    /// Whether the last summary stands for exactly these messages already.
    /// </summary>
    public static bool Covers(ThreadSummary? summary, IReadOnlyList<ThreadMessage> older) => summary is not null && older.Count > 0 && summary.UpTo == older[^1].Id;

    /// <summary>
    /// The sentences that say most of what the messages have in common, in their order, as far as they fit: a sentence counts by words that several messages share, questions and
    /// words of people before answers.
    /// </summary>
    public static ThreadSummary Extract(SegmentScope scope, IReadOnlyList<ThreadMessage> older, int tokens)
    {
        var sentences = older.SelectMany((message, at) => Sentences.Split(message.Text).Select(text => (At: at, Message: message, Text: text, Words: Sentences.Words(text).Where(Terms.Tells).Distinct(StringComparer.Ordinal).ToList())))
            .Where(sentence => sentence.Words.Count > 0).ToList();
        var shared = sentences.SelectMany(sentence => sentence.Words.Select(word => (word, sentence.At))).Distinct().GroupBy(pair => pair.word, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var ranked = sentences.Select((sentence, place) => (Place: place, sentence.Message, Text: $"{Speaker(sentence.Message)}: {sentence.Text}",
                Score: sentence.Words.Sum(word => Math.Log(1 + shared[word])) / Math.Sqrt(sentence.Words.Count) * (sentence.Message.Role == ThreadRole.Person ? 1.5 : 1)))
            .OrderByDescending(sentence => sentence.Score).ThenByDescending(sentence => sentence.Place).DistinctBy(sentence => sentence.Text);
        List<(int Place, string Text)> kept = [];
        var left = tokens;
        foreach (var sentence in ranked)
        {
            var cost = TokenEstimate.Of(sentence.Text) + 1;
            if (cost > left)
                continue;
            left -= cost;
            kept.Add((sentence.Place, sentence.Text));
        }
        return new ThreadSummary(scope.Pack.Segment, older[^1].Id, older.Count, string.Join('\n', kept.OrderBy(sentence => sentence.Place).Select(sentence => sentence.Text)), PackAuthor.Template);
    }

    /// <summary>What a person should know about it.</summary>
    public static string Notice(ThreadSummary summary, int newer) => FormattableString.Invariant(
        $"{summary.Messages} earlier {(summary.Messages == 1 ? "message was" : "messages were")} summarised {(summary.By.Kind == PackAuthorKind.Model ? "by the model" : "to their most telling sentences")}; the newest {newer} went in word for word. The thread itself keeps all of them.");

    public static string Speaker(ThreadMessage message) => message.Role switch
    {
        ThreadRole.Person => "Person",
        ThreadRole.Specialist => "Specialist",
    };

    private static int TokensOf(ThreadMessage message) => TokenEstimate.Of(message.Text) + ThreadPrompt.Overhead;
}
