namespace CrmSync.Connectors.Http;

/// <summary>
/// So many requests under way at the same time; a place that a request used may rest for a while after its answer before the next request gets it. With
/// a rest as long as a limit's window, no window at the CRM holds more requests than there are places, however unevenly the network delays them: the CRM
/// counts a request when it arrives, which is before its answer. Who waits longest is served first. Thread-safe.
/// </summary>
/// <param name="count">How many places, 1 or more.</param>
/// <param name="rest">How long a used place rests; zero where only requests under way count.</param>
/// <param name="time">The clock.</param>
internal sealed class Places(int count, TimeSpan rest, TimeProvider time)
{
    // Who finds all places taken comes back after this; a place lasts as long as a request.
    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    // When each place that was given back has rested, the earliest first; places that nobody has used yet are counted only.
    private readonly Queue<DateTimeOffset> _rested = new();
    private readonly Queue<TaskCompletionSource<DateTimeOffset>> _waiting = new();
    private int _untouched = count;

    /// <summary>Takes a place, rested; dispose it when the answer has come.</summary>
    /// <exception cref="QuotaWaitException">No place became free within <see cref="QuotaGate.LongestWait"/>.</exception>
    public async ValueTask<Place> TakeAsync(CancellationToken cancellationToken)
    {
        var place = new Place(this, TryTake(out var waiter) ?? await WaitAsync(waiter, cancellationToken));
        try
        {
            await time.DelayUntilAsync(place.Rested, cancellationToken);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private DateTimeOffset? TryTake(out TaskCompletionSource<DateTimeOffset> waiter)
    {
        // Continues on the thread that gives its place back, up to its first wait.
        waiter = new TaskCompletionSource<DateTimeOffset>();
        lock (_lock)
        {
            // First those that need no rest.
            if (_untouched > 0)
            {
                _untouched--;
                return DateTimeOffset.MinValue;
            }
            if (_rested.TryDequeue(out var rested))
                return rested;
            _waiting.Enqueue(waiter);
            return null;
        }
    }

    private async Task<DateTimeOffset> WaitAsync(TaskCompletionSource<DateTimeOffset> waiter, CancellationToken cancellationToken)
    {
        try
        {
            return await waiter.Task.WaitAsync(QuotaGate.LongestWait, time, cancellationToken);
        }
        catch (Exception end) when (end is TimeoutException or OperationCanceledException)
        {
            // A place that was given in the same moment would be lost.
            if (!waiter.TrySetCanceled(CancellationToken.None))
                Return(await waiter.Task);
            if (end is TimeoutException)
                throw new QuotaWaitException(HttpFailures.Paced, time.GetUtcNow() + ComeBack);
            throw;
        }
    }

    private void Return(DateTimeOffset rested)
    {
        while (true)
        {
            TaskCompletionSource<DateTimeOffset>? next;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out next))
                {
                    _rested.Enqueue(rested);
                    return;
                }
            }
            if (next.TrySetResult(rested))
                return;
        }
    }

    /// <summary>A place among the requests that are under way.</summary>
    internal sealed class Place(Places places, DateTimeOffset rested) : IDisposable
    {
        private bool _used;

        /// <summary>When it has rested from the request before.</summary>
        public DateTimeOffset Rested => rested;

        /// <summary>The request goes out now.</summary>
        public void Use() => _used = true;

        /// <inheritdoc/>
        public void Dispose() => places.Return(_used ? places.Now + places.Rest : rested);
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private TimeSpan Rest => rest;
}
