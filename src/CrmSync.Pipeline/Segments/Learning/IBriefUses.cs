namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>Briefs that people were given, as far as learning looks at them. Thread-safe.</summary>
public interface IBriefUses
{
    /// <summary>Briefs of accounts of a segment, the oldest first; those whose words were erased count as well.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<BriefUse>> ReadUsesAsync(string segment, CancellationToken cancellationToken);
}
