namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// What moves the ledger's work: it says when a batch is to run and when a schedule is due, and nothing else. Runs, history, retries, attempts
/// and leases are the ledger's, so any engine that keeps this contract can stand in for another one.
/// <para>
/// Life: one <see cref="StartAsync"/>, one <see cref="StopAsync"/>. Every other method needs a started engine and otherwise throws
/// <see cref="InvalidOperationException"/> with one sentence; <see cref="JobEngineException"/> says that the engine's store failed. All methods are thread-safe and may be called from within a callback.
/// </para>
/// <para>
/// Delivery: a job may be lost with the process and may run more than once; the ledger's sweep and leases answer for both. A batch that is enqueued
/// while it still waits is not doubled: the newer call's time and priority hold. A batch that is enqueued while it runs is run again afterwards or
/// beside it.
/// </para>
/// </summary>
public interface IJobEngine
{
    /// <summary>The engine's name for logs and the console.</summary>
    string Name { get; }

    /// <summary>Starts taking and running jobs.</summary>
    /// <param name="callbacks">What to call; kept until the engine has stopped.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="InvalidOperationException">The engine was started before.</exception>
    Task StartAsync(IJobCallbacks callbacks, CancellationToken cancellationToken);

    /// <summary>
    /// Starts nothing new and waits for the running jobs, which may call every method until they have ended; what they enqueue is not started here. When the token fires
    /// first, their tokens are cancelled and they get a short time to end. Calling it again, or before the start, does nothing.
    /// </summary>
    /// <param name="cancellationToken">Ends the patience with running jobs.</param>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Asks for a run of one batch, now or later.</summary>
    /// <param name="job">The batch and its queue.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    Task EnqueueAsync(EngineJob job, CancellationToken cancellationToken);

    /// <summary>
    /// Withdraws a batch. One that waits is removed; one that runs on this node gets its token cancelled. On other nodes the ledger's mark is what
    /// ends it. An unknown batch is no fault.
    /// </summary>
    /// <param name="batchId">The batch's id in the ledger.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    Task CancelAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>
    /// Adds a schedule or replaces the one with the same key. Setting an unchanged rhythm again is harmless. The same schedule never runs twice at
    /// once; times that come due while it runs are made up by one run.
    /// </summary>
    /// <param name="job">The schedule.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    Task SetRecurringAsync(RecurringJob job, CancellationToken cancellationToken);

    /// <summary>Takes a schedule out; a run under way finishes. An unknown key is no fault.</summary>
    /// <param name="key">The schedule's key.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    Task RemoveRecurringAsync(string key, CancellationToken cancellationToken);

    /// <summary>Runs a schedule now, once more than its rhythm asks; the rhythm stays as it was.</summary>
    /// <param name="key">The schedule's key.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <exception cref="KeyNotFoundException">No schedule has this key.</exception>
    Task TriggerAsync(string key, CancellationToken cancellationToken);
}

/// <summary>
/// What an engine calls. Both methods are idempotent and may be called from several threads and nodes at once. An exception is logged by the engine
/// and changes nothing else: whether there is another try is the ledger's to decide, by enqueueing again.
/// </summary>
public interface IJobCallbacks
{
    /// <summary>Runs one batch of the ledger, if it still needs it.</summary>
    /// <param name="batchId">The batch's id in the ledger.</param>
    /// <param name="cancellationToken">Fires when the batch is cancelled or the engine's stop runs out of patience.</param>
    Task RunBatchAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>
    /// Does what a due schedule asks: creates the run and its batches, and enqueues them. For a key that the ledger no longer has, it takes the
    /// schedule out of the engine.
    /// </summary>
    /// <param name="scheduleKey">The schedule's key.</param>
    /// <param name="cancellationToken">Fires when the engine's stop runs out of patience.</param>
    Task RunScheduleAsync(string scheduleKey, CancellationToken cancellationToken);
}
