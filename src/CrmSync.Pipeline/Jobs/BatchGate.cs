using System.Collections.Concurrent;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Lets a claimed batch in, or says when to come back: the connection must belong to the account that its credential opens, and where a CRM wants its writes one
/// after the other, they take turns on this node. Thread-safe.
/// </summary>
public sealed class BatchGate(AccountGuard accounts, FailurePolicy policy, TimeProvider clock)
{
    /// <summary>Code of the wait for a turn; too common to be told in a run's log.</summary>
    public const string TurnCode = "write.waits_its_turn";

    private static readonly TimeSpan TurnWait = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<long, int> _writing = new();

    /// <summary>Enters. The batch leaves by <see cref="Leave"/> where the answer is null, and only then.</summary>
    /// <returns>Null where the batch may run; else how it ends for now.</returns>
    public async Task<BatchEnding?> EnterAsync(BatchContext context, CancellationToken cancellationToken)
    {
        // Deciding needs no CRM, whoever decides; nor does an act on our own rows.
        if (context.Batch.Kind is BatchKind.Classify or BatchKind.Ask or BatchKind.Act or BatchKind.Segment)
            return null;
        if (await accounts.CheckAsync(context.Connection, context.Connector, cancellationToken) is { } stranger)
            return policy.EndingFor(stranger, context.Batch.Attempt);
        if (!IsWrite(context))
            return null;
        var running = _writing.AddOrUpdate(context.Batch.ConnectionId, 1, (_, count) => count + 1);
        if (running <= context.Connector.Writer.ParallelBatches)
            return null;
        Leave(context);
        return new BatchEnding.Snooze(clock.GetUtcNow() + TurnWait, TurnCode, "Another write batch of this connection is under way.");
    }

    /// <summary>Leaves.</summary>
    public void Leave(BatchContext context)
    {
        if (IsWrite(context))
            _writing.AddOrUpdate(context.Batch.ConnectionId, 0, (_, count) => count - 1);
    }

    // A note locks its account as a label does.
    private static bool IsWrite(BatchContext context) => context.Batch.Kind is BatchKind.Write or BatchKind.Note;
}
