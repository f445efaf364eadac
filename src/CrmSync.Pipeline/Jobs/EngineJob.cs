namespace CrmSync.Pipeline.Jobs;

/// <summary>The queues of the engine. Each has its own limit of jobs at once; a full queue never holds up another one.</summary>
public enum JobQueue
{
    /// <summary>Reading pages from a CRM.</summary>
    Poll,

    /// <summary>Deciding labels; the processor's work.</summary>
    Classify,

    /// <summary>Asking the hosted model; mostly waiting for its endpoint.</summary>
    Ask,

    /// <summary>Writing labels into a CRM.</summary>
    WriteBack,

    /// <summary>Backfill, reconciliation, training, reports: what may wait.</summary>
    Background,
}

/// <summary>
/// A wake-up call for one batch of the ledger. Nothing but ids travels: what the batch covers, how often it was tried and who holds its lease
/// stand in the ledger.
/// </summary>
/// <param name="BatchId">The batch's id in the ledger, above zero.</param>
/// <param name="Queue">The queue whose limit counts; a batch stays in the same queue all its life.</param>
/// <param name="NotBefore">Earliest start; null or an instant in the past means as soon as the queue has room.</param>
/// <param name="Priority">Among jobs that are due in one queue a higher number goes first, where the engine can; default 0.</param>
public sealed record EngineJob(long BatchId, JobQueue Queue, DateTimeOffset? NotBefore = null, int Priority = 0);

/// <summary>A schedule as the engine knows it: a name and a rhythm.</summary>
/// <param name="Key">The schedule's permanent key in the ledger, 1 to 100 characters.</param>
/// <param name="Recurrence">When it is due.</param>
/// <param name="LastRunAt">
/// When the ledger last saw it run. If a time came due between then and now (the service was down), the schedule runs once at once; null asks for
/// the next time from now on.
/// </param>
public sealed record RecurringJob(string Key, Recurrence Recurrence, DateTimeOffset? LastRunAt = null)
{
    /// <summary>The first time at which this schedule is due; in the past when a time was missed.</summary>
    /// <param name="now">The present instant.</param>
    /// <returns>Null when the recurrence has no further time.</returns>
    public DateTimeOffset? FirstDue(DateTimeOffset now) => Recurrence.NextAfter(LastRunAt is { } last && last < now ? last : now);
}
