using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>
/// Topics of the notes of a page of accounts, as the models in use read them. What the ledger knows is not asked; once the endpoint has failed it is left alone for the rest of the run,
/// and accounts with a note that nobody read wait. Not thread-safe.
/// </summary>
internal sealed class PageTopics(ITopicStore store, VectorDesk desk)
{
    private readonly TopicReader _reader = new(desk);
    private readonly Dictionary<string, TopicBook> _books = new(StringComparer.Ordinal);

    /// <summary>Why the endpoint is left alone; null while it answers.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>What the run asked so far.</summary>
    public VectorCost Cost { get; private set; }

    /// <summary>Reads topics, piece by piece, each of which is to be saved before the next is asked for: that renews the lease.</summary>
    public async IAsyncEnumerable<VectorStep> ReadAsync(
        IEnumerable<SegmentModel> models, IReadOnlyList<(string Note, string Text)> notes, BatchContext context,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _books.Clear();
        foreach (var topics in models.Select(model => model.Topics).OfType<VectorTopics>().DistinctBy(topics => topics.Key).OrderBy(topics => topics.Key, StringComparer.Ordinal))
        {
            var book = _books[topics.Key] = new TopicBook();
            foreach (var piece in notes.DistinctBy(note => note.Note).Chunk(_reader.NotesAtOnce))
            {
                var known = await store.ReadTopicsAsync(topics.Key, [.. piece.Select(note => note.Note)], cancellationToken);
                // What is known costs nothing, whatever became of the endpoint.
                var news = Failure is null ? await AskAsync(topics, piece, known, book, context, cancellationToken) : Recall(piece, known, book);
                if (news.Count > 0)
                    yield return new VectorStep { Read = news };
            }
        }
    }

    /// <summary>Topics of a text for a model; null where nobody read it.</summary>
    public IReadOnlyList<int>? Find(SegmentModel model, string text) => _books[model.Topics!.Key].Find(TextKey.Of(text));

    private async Task<IReadOnlyList<NoteTopics>> AskAsync(
        VectorTopics topics, IReadOnlyList<(string Note, string Text)> piece, IReadOnlyDictionary<string, KnownTopics> known, TopicBook book, BatchContext context,
        CancellationToken cancellationToken)
    {
        // An endpoint that hangs must not outlast the lease: what came too late would be dropped.
        var left = context.LeaseEndsAt - context.Clock.GetUtcNow() - BatchContext.LeaseMargin;
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, context.Clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            var (news, cost, failure) = await _reader.ReadAsync(topics, piece, known, book, patience.Token);
            (Cost, Failure) = (Cost + cost, failure);
            return news;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Failure = VectorFailures.TooSlow;
            return Recall(piece, known, book);
        }
    }

    private static IReadOnlyList<NoteTopics> Recall(IReadOnlyList<(string Note, string Text)> piece, IReadOnlyDictionary<string, KnownTopics> known, TopicBook book)
    {
        foreach (var (note, text) in piece)
            if (known.TryGetValue(note, out var before) && before.TextHash == TextKey.Of(text))
                book.Add(before.TextHash, before.Topics);
        return [];
    }
}
