namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>Briefs that people were given, as far as learning looks at them. Thread-safe.</summary>
public interface IBriefUses
{
    /// <summary>The briefs of a segment, the oldest first.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<BriefUse>> ReadUsesAsync(string segment, CancellationToken cancellationToken);
}
