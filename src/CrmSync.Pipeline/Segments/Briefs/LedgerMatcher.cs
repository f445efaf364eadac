using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Packs.Drafting;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>
/// Finds the approved segment that a text speaks of, by the models of the ledger. A model wants several notes, so paragraphs or sentences of the text stand for them; what is said twice counts once.
/// As with accounts, the likeliest segment counts, and none where people do not want that one. Where a model reads topics, passages get vectors first, and without these there is no answer
/// rather than a wrong one. Thread-safe.
/// </summary>
/// <param name="store">Approved segments and their models.</param>
/// <param name="desk">Gives passages their vectors.</param>
public sealed class LedgerMatcher(ISegmentWorkStore store, VectorDesk desk) : ISegmentMatcher
{
    // A frozen threshold is more than chance reaches over an account's notes. A text with fewer passages cannot reach it whatever it says, so there the odds alone decide, and have to be good.
    private const int FewestForThreshold = 8;
    private const double GoodOdds = 0.8;
    private const int MostPassages = 2_000;

    private static readonly Dictionary<string, KnownTopics> NothingKnown = [];

    private readonly ModelShelf _shelf = new(store);

    /// <inheritdoc/>
    public async Task<Result<TextMatch>> MatchAsync(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        var passages = Passages(text);
        if (passages.Count == 0)
            return new TextMatch(null);
        var active = await store.ReadActiveAsync(cancellationToken);
        (ActiveSegment Segment, double Score, SegmentMatch Match)? best = null;
        var models = await _shelf.ReadAsync(active, cancellationToken);
        var topics = await ReadTopicsAsync(models.Values, passages, cancellationToken);
        if (!topics.Succeeded)
            return topics.Failure with { Message = $"The text could not be compared with the segments in use. {topics.Failure.Message}" };
        foreach (var (id, model) in models.OrderBy(pair => pair.Key))
        {
            var evidence = model.Gather(passages, model.Topics is { } read ? text => topics.Value[read.Key].Find(TextKey.Of(text)) : null);
            var place = Find(model, evidence);
            if (place < 0 || active.FirstOrDefault(segment => segment.Places.Contains((id, model.Segments[place].Id))) is not { } segment || best?.Score >= evidence.Sums[place])
                continue;
            var reason = evidence.Notes == 1
                ? "The one sentence of the text speaks of it."
                : FormattableString.Invariant($"{evidence.Speaking[place]} of {evidence.Notes} passages of the text speak of it, {evidence.Notes * model.Segments[place].Expected:0.0} expected.");
            best = (segment, evidence.Sums[place], new SegmentMatch(segment.Key, segment.Name, reason, ModelShelf.Confidence(model, evidence.Sums, place)));
        }
        return new TextMatch(best?.Match);
    }

    private async Task<Result<Dictionary<string, TopicBook>>> ReadTopicsAsync(IEnumerable<SegmentModel> models, List<string> passages, CancellationToken cancellationToken)
    {
        Dictionary<string, TopicBook> books = new(StringComparer.Ordinal);
        var reader = new TopicReader(desk);
        foreach (var topics in models.Select(model => model.Topics).OfType<VectorTopics>().DistinctBy(topics => topics.Key))
        {
            var (_, _, failure) = await reader.ReadAsync(topics, [.. passages.Select(passage => (passage, passage))], NothingKnown, books[topics.Key] = new TopicBook(), cancellationToken);
            if (failure is not null)
                return failure;
        }
        return books;
    }

    // The place of the segment within the model; -1 where none is reached.
    private static int Find(SegmentModel model, AccountEvidence evidence)
    {
        if (evidence.Notes == 0 || model.Segments.Count == 0)
            return -1;
        if (model.Assign(evidence) is { } assigned)
            return model.PlaceOf(assigned.Segment);
        if (evidence.Notes >= FewestForThreshold)
            return -1;
        var probabilities = model.Probabilities(evidence.Sums);
        var place = Enumerable.Range(0, probabilities.Count).MaxBy(k => probabilities[k]);
        return evidence.Speaking[place] > 0 && ModelShelf.Confidence(model, evidence.Sums, place) >= GoodOdds ? place : -1;
    }

    private static List<string> Passages(string text)
    {
        List<string> lines = [.. Whole(text.Split('\n'))];
        return lines.Count >= FewestForThreshold ? lines : [.. Whole(lines.SelectMany(Sentences.Split))];
    }

    private static IEnumerable<string> Whole(IEnumerable<string> parts) =>
        parts.Select(part => part.Trim()).Where(part => part.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostPassages);
}
