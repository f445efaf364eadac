using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Packs.Drafting;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>Something found for a question.</summary>
/// <param name="Line">The line of the pack; null for a sentence.</param>
/// <param name="Sentence">The sentence; null for a line.</param>
/// <param name="Score">How well it fits; above 0.</param>
/// <param name="IsQuotable">Whether its words may be shown: for a sentence, whether enough accounts speak of what was asked.</param>
internal sealed record Passage(PackLine? Line, Sentence? Sentence, double Score, bool IsQuotable)
{
    public string Text => Line?.Text ?? Sentence!.Text;

    public Citation Cite() => Line is { } line ? new Citation(CitationKind.Line, line.Id, null, line.Text)
        : new Citation(CitationKind.Activity, Sentence!.Note.Id, Sentence.Account, IsQuotable ? Sentence.Text : null);
}

/// <summary>Finds what a segment's pack and activities say about a question. Looks at one scope and at nothing else.</summary>
internal static class Retrieval
{
    /// <summary>What fits, best first; several sentences of one activity count once. Text that gives orders is no source.</summary>
    /// <param name="scope">The segment.</param>
    /// <param name="question">The question.</param>
    /// <param name="fewest">Accounts that must speak of something for its words to be shown.</param>
    /// <param name="most">Most passages.</param>
    public static IReadOnlyList<Passage> Find(SegmentScope scope, string question, int fewest, int most)
    {
        var lines = scope.Pack.Live.Where(line => !line.Evidence.IsEmpty || !line.NeedsPerson).ToList();
        var sentences = Sentences.Of(scope.Facts.Accounts);
        var index = new Bm25();
        foreach (var line in lines)
            index.Add(Sentences.Words($"{line.Topic} {line.Text}"));
        foreach (var sentence in sentences)
            index.Add(sentence.Words);
        List<Passage> found = [];
        HashSet<string> notes = new(StringComparer.Ordinal);
        Dictionary<string, int> speakers = new(StringComparer.Ordinal);
        foreach (var (text, score, matched) in index.Find(Sentences.Words(question)))
        {
            if (found.Count >= most)
                break;
            if (text < lines.Count)
            {
                found.Add(new Passage(lines[text], null, score, true));
                continue;
            }
            var sentence = sentences[text - lines.Count];
            if (!notes.Add($"{sentence.Account}\n{sentence.Note.Id}") || MachineOrders.IsHostile(sentence.Text))
                continue;
            found.Add(new Passage(null, sentence, score, Speakers(matched) >= fewest));
        }
        return found;

        int Speakers(IReadOnlyList<string> stems)
        {
            var key = string.Join(' ', stems);
            if (!speakers.TryGetValue(key, out var count))
                speakers[key] = count = index.HoldingAll(stems).Where(at => at >= lines.Count).Select(at => sentences[at - lines.Count].Account).Distinct(StringComparer.Ordinal).Count();
            return count;
        }
    }
}
