using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>One row of a failure registry. The code is permanent: the ledger stores it and operators search for it.</summary>
/// <param name="Code">Permanent code.</param>
/// <param name="Category">What the caller should do.</param>
/// <param name="Sentence">What happened, without the full stop.</param>
/// <param name="Fix">The way out.</param>
internal sealed record FailureKind(string Code, FailureCategory Category, string Sentence, string Fix)
{
    /// <summary>A failure of this kind.</summary>
    /// <param name="place">Where: connection and purpose.</param>
    /// <param name="detail">A few words of our own that belong to the sentence, such as the scopes that are missing.</param>
    public Failure At(CallPlace place, string? detail = null) =>
        new(Category, Code, detail is null ? $"{Sentence} ({place})." : $"{Sentence}: {detail} ({place}).", Fix);
}

/// <summary>Where a failure happened, for its message.</summary>
/// <param name="Connection">Key of the connection.</param>
/// <param name="Purpose">What was being done.</param>
internal readonly record struct CallPlace(string Connection, string Purpose)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Connection}, {Purpose}";
}
