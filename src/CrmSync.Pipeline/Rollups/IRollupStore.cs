namespace CrmSync.Pipeline.Rollups;

/// <summary>Sums that pages show instead of counting rows. Thread-safe; one node at a time brings them up to date.</summary>
public interface IRollupStore
{
    /// <summary>
    /// Brings the counts of labels per day of the activities up to date. A step is bounded; broken off, the next one repeats it.
    /// </summary>
    /// <returns>Whether there is more to count at once: in a ledger whose days were never counted.</returns>
    Task<bool> RollUpLabelsAsync(CancellationToken cancellationToken);
}
