using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>Reads topics of texts; each text is asked about once. Thread-safe.</summary>
internal sealed class TopicReader(VectorDesk desk)
{
    /// <summary>How many notes are best given at once.</summary>
    public int NotesAtOnce => desk.TextsAtOnce;

    /// <summary>Reads topics of notes that are not known, and puts them into the book.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="notes">Ids of notes with their texts, which are not blank.</param>
    /// <param name="known">What is known of them.</param>
    /// <param name="book">Gets the topics of all of them, as far as the endpoint answers.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What is new and worth keeping, what it cost, and why some have no topics.</returns>
    public async Task<(IReadOnlyList<NoteTopics> News, VectorCost Cost, Failure? Failure)> ReadAsync(
        VectorTopics topics, IReadOnlyList<(string Note, string Text)> notes, IReadOnlyDictionary<string, KnownTopics> known, TopicBook book, CancellationToken cancellationToken)
    {
        var hashes = new long[notes.Count];
        Dictionary<long, string> asked = [];
        for (var i = 0; i < notes.Count; i++)
        {
            hashes[i] = TextKey.Of(notes[i].Text);
            if (known.TryGetValue(notes[i].Note, out var before) && before.TextHash == hashes[i])
                book.Add(hashes[i], before.Topics);
        }
        for (var i = 0; i < notes.Count; i++)
            if (book.Find(hashes[i]) is null)
                asked[hashes[i]] = notes[i].Text;
        var (cost, failure) = asked.Count == 0 ? (default, null) : await AskAsync(topics, asked, book, cancellationToken);
        List<NoteTopics> news = [];
        for (var i = 0; i < notes.Count; i++)
            if (book.Find(hashes[i]) is { } found && !(known.TryGetValue(notes[i].Note, out var before) && before.TextHash == hashes[i]))
                news.Add(new NoteTopics(topics.Key, notes[i].Note, new KnownTopics(hashes[i], found)));
        return (news, cost, failure);
    }

    private async Task<(VectorCost Cost, Failure? Failure)> AskAsync(VectorTopics topics, Dictionary<long, string> asked, TopicBook book, CancellationToken cancellationToken)
    {
        long[] hashes = [.. asked.Keys];
        var embedded = await desk.EmbedAsync([.. hashes.Select(hash => asked[hash])], cancellationToken);
        if (embedded.Vectors.FirstOrDefault(vector => vector is { Length: > 0 }) is { } any && topics.Misfit(embedded.Model, any.Length) is { } misfit)
            return (embedded.Cost, misfit);
        for (var i = 0; i < hashes.Length; i++)
            if (embedded.Vectors[i] is { } vector)
                book.Add(hashes[i], topics.Read(vector));
        return (embedded.Cost, embedded.Failure);
    }
}
