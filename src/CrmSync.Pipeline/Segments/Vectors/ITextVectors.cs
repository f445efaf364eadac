using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>An endpoint that turns texts into vectors, so that what is said in other words is near. Does the transport and nothing else; asked through <see cref="VectorDesk"/> only. Thread-safe.</summary>
public interface ITextVectors
{
    /// <summary>Most texts of one call.</summary>
    int MostTexts { get; }

    /// <summary>A vector per text, in their order, all of one length. Texts are cleaned, free of personal data, and not empty.</summary>
    Task<Result<TextVectors>> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}

/// <summary>What an endpoint answered.</summary>
/// <param name="Vectors">A vector per text, in their order, all of one length.</param>
/// <param name="Model">The model behind the deployment, as the endpoint names it.</param>
/// <param name="Tokens">Tokens of the texts, as the endpoint counted them.</param>
public sealed record TextVectors(IReadOnlyList<float[]> Vectors, string Model, long Tokens);
