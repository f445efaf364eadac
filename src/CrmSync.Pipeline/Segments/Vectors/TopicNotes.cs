using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>Notes with their topics, which were read before. A note that came or changed since has none, and is read by its words. Thread-safe.</summary>
internal sealed class TopicNotes(INoteSource inner, TopicBook book) : INoteSource
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<AccountNote> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var note in inner.ReadAsync(cancellationToken))
            yield return note.Text.Length > 0 && book.Find(TextKey.Of(note.Text)) is { Count: > 0 } topics ? note with { Topics = topics } : note;
    }
}

/// <summary>Topics by text, packed: millions of notes fit. Not thread-safe while it is filled.</summary>
internal sealed class TopicBook
{
    private readonly Dictionary<long, int> _topics = [];

    public int Count => _topics.Count;

    public IReadOnlyList<int>? Find(long text) => _topics.TryGetValue(text, out var packed) ? Unpack(packed) : null;

    public void Add(long text, IReadOnlyList<int> topics) =>
        _topics[text] = topics.Count == 0 ? 0 : topics[0] + 1 + (topics.Count > 1 ? (topics[1] + 1) << 16 : 0);

    private static int[] Unpack(int packed) => packed == 0 ? [] : packed >> 16 == 0 ? [packed - 1] : [(packed & 0xFFFF) - 1, (packed >> 16) - 1];
}
