namespace CrmSync.Pipeline.Jobs;

/// <summary>Hands batches to the engine: nothing but an id, a queue, a time and a priority travels. Thread-safe.</summary>
public sealed class BatchDispatcher(IJobEngine engine)
{
    /// <summary>Hands over. What an engine loses, the sweep finds again.</summary>
    public async Task EnqueueAsync(IReadOnlyList<BatchRef> batches, CancellationToken cancellationToken)
    {
        foreach (var batch in batches)
            await engine.EnqueueAsync(new EngineJob(batch.Id, QueueOf(batch.Kind), batch.NotBefore, batch.Priority), cancellationToken);
    }

    private static JobQueue QueueOf(BatchKind kind) => kind switch
    {
        BatchKind.Scan => JobQueue.Poll,
        BatchKind.Classify => JobQueue.Classify,
        BatchKind.Ask => JobQueue.Ask,
        BatchKind.Write or BatchKind.Note => JobQueue.WriteBack,
        BatchKind.Preview or BatchKind.Act or BatchKind.Reconcile or BatchKind.Segment => JobQueue.Background,
    };
}
