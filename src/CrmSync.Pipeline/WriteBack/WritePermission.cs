using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>
/// Whether a batch's writes may go out, asked of the ledger each time, because an operator's word counts within seconds. Not thread-safe: it belongs to one handler.
/// </summary>
internal sealed class WritePermission(ConnectionDirectory connections, BatchContext context)
{
    // A call may wait for its turn, a token or an upload before its request starts. Looking once a second and cutting two seconds later keeps what has not started by
    // then from starting within five seconds of the pause, and lets a request that is on its way come back.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Whether all of these may be sent as things stand: the connection writes, or asks for an approval that each of them has.</summary>
    public async Task<bool> AllowsAsync(IEnumerable<IntentWork> intents, CancellationToken cancellationToken)
    {
        var (connection, _) = await connections.FindAsync(context.Batch.ConnectionId, cancellationToken);
        return connection?.WriteMode switch
        {
            WriteMode.On => true,
            WriteMode.Approve => intents.All(intent => intent.IsReleased),
            WriteMode.Preview or WriteMode.Paused or null => false,
            var mode => throw new InvalidOperationException($"The connection is in no known mode ({mode})."),
        };
    }

    /// <summary>
    /// Waits for a write, and cuts it where permission ends meanwhile. Nobody knows then whether it took effect, so the failure is
    /// <see cref="FailureCategory.Unknown"/> and the records are read.
    /// </summary>
    public async Task<Result<T>> WatchAsync<T>(
        Func<CancellationToken, Task<Result<T>>> write, IReadOnlyList<IntentWork> intents, CancellationToken cancellationToken)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = write(cut.Token);
        try
        {
            while (!await EndsWithinAsync(call, Look))
            {
                if (await AllowsAsync(intents, cancellationToken) || await EndsWithinAsync(call, Grace))
                    continue;
                await cut.CancelAsync();
                return await call;
            }
            return await call;
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return PipelineFailures.CutByPause(context.Connection.Key);
        }
        finally
        {
            // Where the ledger could not be asked: a write must not outlive its batch.
            if (!call.IsCompleted)
            {
                await cut.CancelAsync();
                await Task.WhenAny(call);
            }
        }
    }

    private async Task<bool> EndsWithinAsync(Task call, TimeSpan span)
    {
        using var enough = new CancellationTokenSource();
        var first = await Task.WhenAny(call, Task.Delay(span, context.Clock, enough.Token));
        await enough.CancelAsync();
        return first == call;
    }
}
