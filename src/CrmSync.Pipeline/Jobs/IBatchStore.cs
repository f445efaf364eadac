namespace CrmSync.Pipeline.Jobs;

/// <summary>The part of the ledger that moves work. Thread-safe; every method is one transaction. Leases run by the database's clock.</summary>
public interface IBatchStore
{
    /// <summary>
    /// Claims a batch that is due, or whose lease has run out; raises its epoch and counts the attempt.
    /// </summary>
    /// <returns>Null where there is nothing to claim: done, not due yet, cancelled, or held by another.</returns>
    Task<ClaimedBatch?> ClaimAsync(long batchId, string node, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Saves a step, fenced by the epoch, and renews the lease unless the step ends the batch.</summary>
    Task<CommitResult> CommitAsync(ClaimedBatch batch, LedgerChange change, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Batches that are due and that no engine has (never handed over, handed over before <paramref name="enqueuedBefore"/>, or with a lease
    /// that ran out), oldest first, marked as handed over now. A batch whose lease ran out <paramref name="maximumAttempts"/> times is discarded instead.
    /// </summary>
    Task<IReadOnlyList<BatchRef>> TakeDueAsync(DateTimeOffset enqueuedBefore, int maximumAttempts, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Finds work that no open batch covers and makes batches for it: queued activities, waiting ones that are due, pending intents of
    /// connections that write (older than <paramref name="linger"/> or enough for a full batch). Ends pauses whose time has come, and finishes runs whose batches are
    /// all done.
    /// </summary>
    /// <param name="writeBatchSizes">Records per write batch, by connection id.</param>
    /// <param name="linger">How long a pending intent may wait for company.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    Task<IReadOnlyList<BatchRef>> GatherAsync(
        IReadOnlyDictionary<long, int> writeBatchSizes, TimeSpan linger, CancellationToken cancellationToken);

    /// <summary>Gives back all batches that a node holds, attempts not counted: at a graceful stop, or at the start of a node of that name.</summary>
    Task ReleaseAsync(string node, CancellationToken cancellationToken);
}
