using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>Turns texts into vectors, so that what is said in other words is near. Sees cleaned texts without personal data only. Thread-safe.</summary>
public interface ITextVectors
{
    /// <summary>Most texts of one call.</summary>
    int MostTexts { get; }

    /// <summary>A vector per text, in their order, all of one length.</summary>
    Task<Result<IReadOnlyList<float[]>>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
