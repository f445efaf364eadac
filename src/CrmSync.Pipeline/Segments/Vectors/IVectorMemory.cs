namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>Where a search keeps what it was told by the endpoint. Thread-safe.</summary>
public interface IVectorMemory
{
    /// <summary>What an earlier try of the same search kept.</summary>
    Task<SearchVectors> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Topics of notes, by the note's id, as far as they are known.</summary>
    Task<IReadOnlyDictionary<string, KnownTopics>> FindAsync(string key, IReadOnlyList<string> notes, CancellationToken cancellationToken);

    /// <summary>Keeps more.</summary>
    void Keep(VectorStep news);
}

/// <summary>Keeps nothing: a search over a file begins anew.</summary>
public sealed class NoVectorMemory : IVectorMemory
{
    /// <inheritdoc/>
    public Task<SearchVectors> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(SearchVectors.None);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, KnownTopics>> FindAsync(string key, IReadOnlyList<string> notes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, KnownTopics>>(new Dictionary<string, KnownTopics>());

    /// <inheritdoc/>
    public void Keep(VectorStep news)
    {
    }
}
