namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>The part of the ledger that keeps what the endpoint was asked, so that nothing is asked twice. Holds topics and hashes, no texts. Thread-safe.</summary>
public interface ITopicStore
{
    /// <summary>What a search has kept so far.</summary>
    Task<SearchVectors> ReadSearchVectorsAsync(long runId, CancellationToken cancellationToken);

    /// <summary>Topics of notes, by the note's id, as far as they are known.</summary>
    /// <param name="key"><see cref="VectorTopics.Key"/>.</param>
    /// <param name="notes">Ids of activities.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyDictionary<string, KnownTopics>> ReadTopicsAsync(string key, IReadOnlyList<string> notes, CancellationToken cancellationToken);
}

/// <summary>What a search has kept.</summary>
/// <param name="Topics">Topics, once they are learned.</param>
/// <param name="Drawn">Vectors of texts that they are learned from, by the hash of the text.</param>
public sealed record SearchVectors(VectorTopics? Topics, IReadOnlyDictionary<long, DrawnVector> Drawn)
{
    /// <summary>Of a search that begins.</summary>
    public static SearchVectors None { get; } = new(null, new Dictionary<long, DrawnVector>());
}

/// <summary>A vector that topics are learned from.</summary>
/// <param name="TextHash">Hash of its text.</param>
/// <param name="Model">The model that it is from.</param>
/// <param name="Vector">Its numbers, of half precision; none where the endpoint does not take the text.</param>
public sealed record DrawnVector(long TextHash, string Model, float[] Vector);

/// <summary>Topics of a note.</summary>
/// <param name="TextHash">Hash of the text that they are of; another text has to be read anew.</param>
/// <param name="Topics">The topics, at most two.</param>
public sealed record KnownTopics(long TextHash, IReadOnlyList<int> Topics);

/// <summary>Topics of a note, to be kept.</summary>
/// <param name="Key"><see cref="VectorTopics.Key"/>.</param>
/// <param name="Note">Id of the activity.</param>
/// <param name="Known">Its topics.</param>
public sealed record NoteTopics(string Key, string Note, KnownTopics Known);

/// <summary>What a step of a search or an assignment wants kept.</summary>
public sealed record VectorStep
{
    /// <summary>Vectors that topics will be learned from.</summary>
    public IReadOnlyList<DrawnVector> Drawn { get; init; } = [];

    /// <summary>Topics that were learned.</summary>
    public VectorTopics? Learned { get; init; }

    /// <summary>Topics of notes.</summary>
    public IReadOnlyList<NoteTopics> Read { get; init; } = [];

    /// <summary>Whether there is nothing to keep.</summary>
    public bool IsEmpty => Drawn.Count == 0 && Learned is null && Read.Count == 0;
}
