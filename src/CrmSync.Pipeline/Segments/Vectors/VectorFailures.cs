using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>Why notes have no topics. The endpoint's own trouble has codes of its connector.</summary>
public static class VectorFailures
{
    /// <summary>All codes, for the operator's list; ordered by code.</summary>
    public static IReadOnlyList<FailureCode> Codes { get; } =
    [
        new("segments.no_vectors", FailureCategory.Stop, "The segments in use were found with vectors of notes, and this host has no embeddings deployment",
            "Put its name into CrmSync:Classification:Hosted:EmbeddingDeployment; or search for segments anew, which then goes by words alone, and retire those that are not found again."),
        new("segments.other_vectors", FailureCategory.Stop, "The embeddings deployment gives other vectors than those that the segments in use were found with",
            "Put the former deployment and length back under CrmSync:Classification:Hosted, or search for segments anew."),
        new("segments.vectors_late", FailureCategory.Retry, "The embeddings endpoint took longer than a batch may",
            "It is asked again by itself; if it goes on, look at Azure's status page or raise the deployment's tokens per minute."),
    ];

    internal static Failure NotConfigured { get; } = Of("segments.no_vectors");

    internal static Failure TooSlow { get; } = Of("segments.vectors_late");

    internal static Failure Other(string wanted, int wantedWidth, string model, int width) => Of(
        "segments.other_vectors",
        FormattableString.Invariant($"The embeddings deployment gives vectors of {width} numbers from {model}, and the segments in use were found with {wantedWidth} numbers from {wanted}."));

    private static Failure Of(string code, string? message = null)
    {
        var row = Codes.First(row => row.Code == code);
        return new Failure(row.Category!.Value, code, message ?? $"{row.Sentence}.", row.Fix);
    }
}
