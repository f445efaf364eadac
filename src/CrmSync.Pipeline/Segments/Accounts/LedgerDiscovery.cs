using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>Looks for segments in the notes of the ledger, which keeps what the embeddings endpoint answered. Thread-safe.</summary>
public sealed class LedgerDiscovery(ISegmentWorkStore store, ITopicStore topics, IKnownNames names, TopicDiscovery discovery)
{
    // Discovery draws evenly from what it is given; more of one account would only cost time.
    private const int MostPerAccount = 2_000;

    internal async Task<Result<TopicFindings>> FindAsync(long run, SegmentWork work, SegmentConstraints constraints, SearchState state, CancellationToken cancellationToken)
    {
        // Quotes are shown to people, and texts are sent: without the names of people and companies they would not be redacted.
        await names.ReadyAsync(cancellationToken);
        return await discovery.RunAsync(
            new LedgerNotes(store, new NoteCleaner(names)),
            new TopicOrder(work.Seed) { Constraints = constraints, Checkpoint = work.Checkpoint, Keep = (checkpoint, _) => state.KeepAsync(checkpoint) },
            new Memory(run, topics, state), state, cancellationToken);
    }

    private sealed class LedgerNotes(ISegmentWorkStore store, NoteCleaner cleaner) : INoteSource
    {
        public IAsyncEnumerable<AccountNote> ReadAsync(CancellationToken cancellationToken) => cleaner.CleanAsync(store.ReadNotesAsync(MostPerAccount, cancellationToken), cancellationToken);
    }

    private sealed class Memory(long run, ITopicStore topics, SearchState state) : IVectorMemory
    {
        public Task<SearchVectors> ReadAsync(CancellationToken cancellationToken) => topics.ReadSearchVectorsAsync(run, cancellationToken);

        public Task<IReadOnlyDictionary<string, KnownTopics>> FindAsync(string key, IReadOnlyList<string> notes, CancellationToken cancellationToken) =>
            topics.ReadTopicsAsync(key, notes, cancellationToken);

        public void Keep(VectorStep news) => state.Keep(news);
    }
}
