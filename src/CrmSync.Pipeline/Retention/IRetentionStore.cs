namespace CrmSync.Pipeline.Retention;

/// <summary>The ledger's part of retention. Thread-safe.</summary>
public interface IRetentionStore
{
    /// <summary>All tables with what holds now: what a person set in the ledger wins over the options.</summary>
    Task<IReadOnlyList<RetentionSetting>> ListRetentionAsync(RetentionOptions options, CancellationToken cancellationToken);

    /// <summary>Sets the days of a table and writes it down; the same again changes nothing.</summary>
    /// <param name="table">One of <see cref="RetentionRules.All"/>.</param>
    /// <param name="days">0 to <see cref="RetentionRules.MostDays"/>; 0 keeps all.</param>
    /// <param name="options">What held before, where the ledger said nothing.</param>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why; null where nobody said.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task SetRetentionAsync(string table, int days, RetentionOptions options, string actor, string? reason, CancellationToken cancellationToken);

    /// <summary>How many rows a purge would take.</summary>
    /// <param name="table">One of <see cref="RetentionRules.All"/>.</param>
    /// <param name="days">Age from which on rows go; at least 1.</param>
    /// <param name="cancellationToken">Stops counting.</param>
    Task<long> CountPurgeableAsync(string table, int days, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the next few rows away, after it has added them to the daily totals, in one short transaction.
    /// </summary>
    /// <param name="table">One of <see cref="RetentionRules.All"/>.</param>
    /// <param name="days">Age from which on rows go; at least 1.</param>
    /// <param name="afterId">Where the last step ended; 0 at first.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    Task<PurgeStep> PurgeAsync(string table, int days, long afterId, CancellationToken cancellationToken);

    /// <summary>Writes down that a table was purged.</summary>
    Task NotePurgeAsync(string table, int days, long removed, CancellationToken cancellationToken);
}

/// <summary>What a step of a purge came to.</summary>
/// <param name="Removed">Rows that went.</param>
/// <param name="NextId">Where the next step starts; null when the table is through.</param>
public readonly record struct PurgeStep(long Removed, long? NextId);
