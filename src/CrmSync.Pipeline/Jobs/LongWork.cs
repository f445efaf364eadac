namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Work of a batch that thinks for longer than a lease lasts. While it goes on the batch is woken every few seconds: what it then saves renews the lease, and tells whether a person holds or
/// stops it. Disposing stops the work and waits for its end: held, stopped, or killed between two steps, nobody waits for the answer any more.
/// </summary>
/// <typeparam name="T">What it finds.</typeparam>
internal sealed class LongWork<T> : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Begins the work on a thread of the pool.</summary>
    /// <param name="work">The work; gets what stops it.</param>
    /// <param name="clock">The clock of the ticks.</param>
    /// <param name="cancellationToken">Stops work and waiting.</param>
    public LongWork(Func<CancellationToken, Task<T>> work, TimeProvider clock, CancellationToken cancellationToken)
    {
        (_clock, _cancellationToken) = (clock, cancellationToken);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = _stop.Token;
        Result = Task.Run(() => work(stop), stop);
    }

    /// <summary>What it found, or why it did not.</summary>
    public Task<T> Result { get; }

    /// <summary>An element at every waking until the work is done: whether it is.</summary>
    /// <param name="sooner">What else wakes the batch, asked anew each time; null for the ticks alone.</param>
    public async IAsyncEnumerable<bool> TicksAsync(Func<Task>? sooner = null)
    {
        while (!Result.IsCompleted)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken);
            var tick = Task.Delay(Tick, _clock, waiting.Token);
            await (sooner is null ? Task.WhenAny(Result, tick) : Task.WhenAny(Result, sooner(), tick));
            await waiting.CancelAsync();
            _cancellationToken.ThrowIfCancellationRequested();
            yield return Result.IsCompleted;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Result);
        _stop.Dispose();
    }
}
