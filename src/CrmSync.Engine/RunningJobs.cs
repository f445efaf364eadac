using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;

namespace CrmSync.Engine;

/// <summary>
/// The jobs that run on this node: calls the callbacks, hands out and cancels their tokens, keeps their exceptions from the engine, and lets a stop
/// wait for them. Thread-safe.
/// </summary>
internal sealed class RunningJobs(IJobCallbacks callbacks, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, (CancellationTokenSource Source, long? BatchId)> _running = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopping;

    public Task RunBatchAsync(long batchId) => RunAsync(batchId, async token =>
    {
        try
        {
            await callbacks.RunBatchAsync(batchId, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            Log.BatchCancelled(logger, batchId);
        }
#pragma warning disable CA1031 // The edge of the engine: whatever a batch throws is logged here and is the ledger's to judge.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.BatchThrew(logger, exception, batchId);
        }
    });

    public Task RunScheduleAsync(string key) => RunAsync(null, async token =>
    {
        try
        {
            await callbacks.RunScheduleAsync(key, token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The stop ran out of patience and has said so in the log already.
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.ScheduleThrew(logger, exception, key);
        }
    });

    public void Cancel(long batchId)
    {
        CancellationTokenSource[] sources;
        lock (_lock)
            sources = [.. _running.Values.Where(job => job.BatchId == batchId).Select(job => job.Source)];
        CancelAll(sources);
    }

    /// <summary>Refuses further jobs and waits for the running ones; past the token they are told to end and get the grace.</summary>
    /// <returns>True when all have ended.</returns>
    public async Task<bool> StopAsync(TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _stopping = true;
            if (_running.Count == 0)
                _drained.TrySetResult();
        }

        try
        {
            await _drained.Task.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return await EndAsync(grace, time);
        }
    }

    private async Task<bool> EndAsync(TimeSpan grace, TimeProvider time)
    {
        CancellationTokenSource[] sources;
        lock (_lock)
            sources = [.. _running.Values.Select(job => job.Source)];
        Log.StopInterrupts(logger, sources.Length);
        CancelAll(sources);
        try
        {
            await _drained.Task.WaitAsync(grace, time, CancellationToken.None);
            return true;
        }
        catch (TimeoutException)
        {
            lock (_lock)
                Log.StopAbandons(logger, _running.Count);
            return false;
        }
    }

    private async Task RunAsync(long? batchId, Func<CancellationToken, Task> run)
    {
        var ticket = new object();
        using var source = new CancellationTokenSource();
        lock (_lock)
        {
            if (_stopping)
            {
                Log.RefusedWhileStopping(logger);
                return;
            }

            _running.Add(ticket, (source, batchId));
        }

        try
        {
            // Off the engine's own thread: a callback that computes before its first await must not hold up the dealing of other jobs.
            await Task.Run(() => run(source.Token), CancellationToken.None);
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(ticket);
                if (_stopping && _running.Count == 0)
                    _drained.TrySetResult();
            }
        }
    }

    // Outside the lock, because registrations on the tokens run here; a source disposed meanwhile belongs to a job that has just ended.
    private static void CancelAll(CancellationTokenSource[] sources)
    {
        foreach (var source in sources)
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                continue;
            }
        }
    }
}
