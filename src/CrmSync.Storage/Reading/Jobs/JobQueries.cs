namespace CrmSync.Storage.Reading.Jobs;

/// <summary>What the pages about jobs show. Thread-safe.</summary>
/// <param name="ledger">Opens connections for reading.</param>
/// <param name="time">The clock.</param>
public sealed class JobQueries(ILedgerReadConnections ledger, TimeProvider time)
{
    /// <summary>Schedules.</summary>
    public ScheduleQueries Schedules { get; } = new(ledger);

    /// <summary>Runs, the latest first.</summary>
    public RunHistory Runs { get; } = new(ledger);

    /// <summary>What runs consist of.</summary>
    public RunParts Parts { get; } = new(ledger);

    /// <summary>Queues, leases, nodes.</summary>
    public QueueQueries Queues { get; } = new(ledger, time);

    /// <summary>What was given up, by reason.</summary>
    public DeadLetterQueries Letters { get; } = new(ledger);
}
