using CrmSync.Pipeline.Jobs;

namespace CrmSync.Connectors.Http;

/// <summary>
/// One bucket of one connection in this process. It holds a slice of turns that the store gave out, at most a second's worth, and lets one
/// request through at each; the next slice is fetched before the last turn is due. A turn that nobody used in time is given back, never used
/// later, because that is what keeps every window under the limit over all nodes. Thread-safe.
/// </summary>
internal sealed class QuotaLane(
    string connection, string bucket, double limit, TimeSpan window, IQuotaStore store, DayMeter day, TimeProvider time)
{
    // A day that is used up is asked about again after this, so that refused callers do not all ask the store.
    private static readonly TimeSpan SpentKept = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Ahead = QuotaPace.Reach / 2;
    private readonly Lock _lock = new();
    private readonly Queue<DateTimeOffset> _held = new();
    private readonly Queue<DateTimeOffset> _recent = new();
    private double _limit = limit;
    private TimeSpan _window = window;
    private TaskCompletionSource? _asking;
    private DateTimeOffset _askAgainAt = DateTimeOffset.MinValue;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _lastTurn = DateTimeOffset.MinValue;
    private (DateTimeOffset DayEnd, DateTimeOffset Until)? _spent;
    private int _waiting;
    private int _unused;
    private int _late;

    /// <summary>The bucket's name in the store.</summary>
    public string Bucket => bucket;

    /// <summary>Waits for a turn; it is used when this returns.</summary>
    /// <exception cref="QuotaWaitException">The wait is too long for a call.</exception>
    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        var entered = time.GetUtcNow();
        Queue(entered);
        var waiting = true;
        try
        {
            while (true)
            {
                var (turn, asking, again) = Next(entered);
                waiting = turn is null;
                if (turn is { } due)
                {
                    if (await UseAsync(due, cancellationToken))
                        return;
                    waiting = true;
                    Interlocked.Increment(ref _waiting);
                }
                else if (asking is not null)
                {
                    await asking.WaitAsync(cancellationToken);
                }
                else
                {
                    await time.DelayUntilAsync(again, cancellationToken);
                }
            }
        }
        finally
        {
            if (waiting)
                Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>Lets nobody through before an instant; what is held is given back.</summary>
    public void Close(DateTimeOffset until)
    {
        lock (_lock)
        {
            _closedUntil = until > _closedUntil ? until : _closedUntil;
            GiveUpHeld();
        }
    }

    /// <summary>Takes another limit where it is lower; what is held stands too close for it and is given back.</summary>
    public void Lower(double other, TimeSpan otherWindow)
    {
        lock (_lock)
        {
            if (other <= 0 || otherWindow <= TimeSpan.Zero || other / otherWindow.TotalSeconds >= _limit / _window.TotalSeconds)
                return;
            (_limit, _window) = (other, otherWindow);
            GiveUpHeld();
        }
    }

    private TimeSpan Interval => TimeSpan.FromMicroseconds(QuotaPace.Interval(_limit, _window));

    // A caller whose turn would come too late anyway goes back to its queue at once instead of waiting in vain.
    private void Queue(DateTimeOffset now)
    {
        lock (_lock)
        {
            var free = _held.Count - Volatile.Read(ref _waiting);
            var from = _lastTurn > now ? _lastTurn : now;
            var turn = from + (Interval * -Math.Min(0, free));
            if (free <= 0 && turn - now >= QuotaGate.LongestWait)
                throw new QuotaWaitException(HttpFailures.Paced, turn);
            Interlocked.Increment(ref _waiting);
        }
    }

    private (DateTimeOffset? Turn, Task? Asking, DateTimeOffset Again) Next(DateTimeOffset entered)
    {
        TaskCompletionSource? begun = null;
        (DateTimeOffset?, Task?, DateTimeOffset) next;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            ThrowIfTooLong(entered, now);
            GiveUpLate(now);
            if (now < _closedUntil)
            {
                next = (null, null, _closedUntil);
            }
            else if (_held.TryDequeue(out var turn))
            {
                Interlocked.Decrement(ref _waiting);
                next = (turn, null, default);
                if (IsRunningLow(now))
                    begun = Begin();
            }
            else if (_asking is null && now < _askAgainAt)
            {
                next = (null, null, _askAgainAt);
            }
            else
            {
                begun = _asking is null ? Begin() : null;
                next = (null, _asking!.Task, default);
            }
        }

        if (begun is not null)
            _ = AskAsync(begun);
        return next;
    }

    private void ThrowIfTooLong(DateTimeOffset entered, DateTimeOffset now)
    {
        if (_spent is { } spent && now < spent.Until)
            throw new QuotaWaitException(HttpFailures.DayBudgetSpent, spent.DayEnd);
        var next = now < _closedUntil ? _closedUntil : _held.Count > 0 || now >= _askAgainAt ? now : _askAgainAt;
        if (next - entered >= QuotaGate.LongestWait && _held.Count == 0)
            throw new QuotaWaitException(HttpFailures.Paced, next > now ? next : now + (Interval * Volatile.Read(ref _waiting)));
    }

    // False where the turn came too late, or the bucket was closed meanwhile: then it is given back.
    private async ValueTask<bool> UseAsync(DateTimeOffset turn, CancellationToken cancellationToken)
    {
        var used = false;
        try
        {
            await time.DelayUntilAsync(turn, cancellationToken);
            lock (_lock)
            {
                var now = time.GetUtcNow();
                used = now >= _closedUntil && now - turn <= QuotaPace.Lateness(_limit, _window);
                if (!used)
                    return false;
                _late = 0;
                _recent.Enqueue(now);
                day.Count(now);
                return true;
            }
        }
        finally
        {
            if (!used)
                Interlocked.Increment(ref _unused);
        }
    }

    private bool IsRunningLow(DateTimeOffset now) =>
        _asking is null && now >= _askAgainAt && _lastTurn - now < Ahead && Volatile.Read(ref _waiting) + Recent(now) > 1;

    private TaskCompletionSource Begin() => _asking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AskAsync(TaskCompletionSource asking)
    {
        // Who only fetches ahead does not wait for the store, which may answer on the same thread.
        await Task.Yield();
        try
        {
            var unused = Interlocked.Exchange(ref _unused, 0);
            if (unused > 0)
                await store.ReturnAsync(connection, unused, CancellationToken.None);
            var ask = Ask();
            var grant = await store.TakeAsync(ask, CancellationToken.None);
            Accept(ask, grant);
            asking.SetResult();
        }
        catch (Exception exception)
        {
            // The callers that wait get it; where nobody does, the next one asks again and sees for itself.
            lock (_lock)
                _asking = null;
            asking.SetException(exception);
            _ = asking.Task.Exception;
        }
    }

    private QuotaAsk Ask()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var (start, end) = day.Window(now);
            var wanted = Volatile.Read(ref _waiting) + Recent(now) + _late - _held.Count;
            return new QuotaAsk(connection, bucket, _limit, _window, Math.Clamp(wanted, 1, QuotaPace.Most(_limit, _window)))
            {
                DayAllowance = day.Allowance, DayStart = start, DayEnd = end,
            };
        }
    }

    private void Accept(QuotaAsk ask, QuotaGrant grant)
    {
        lock (_lock)
        {
            _asking = null;
            var now = time.GetUtcNow();
            _spent = grant.DaySpent ? (grant.FirstAt, grant.FirstAt < now + SpentKept ? grant.FirstAt : now + SpentKept) : null;
            _askAgainAt = grant.Count == 0 && !grant.DaySpent ? grant.FirstAt : DateTimeOffset.MinValue;
            // Closed or lowered while the store was asked: these turns are not for now.
            if (now < _closedUntil || ask.Limit != _limit || ask.Window != _window)
            {
                Interlocked.Add(ref _unused, grant.Count);
                return;
            }

            for (var turn = 0; turn < grant.Count; turn++)
                _held.Enqueue(_lastTurn = grant.FirstAt + (grant.Interval * turn));
        }
    }

    private int Recent(DateTimeOffset now)
    {
        while (_recent.TryPeek(out var used) && used <= now - QuotaPace.Reach)
            _recent.Dequeue();
        return _recent.Count;
    }

    private void GiveUpLate(DateTimeOffset now)
    {
        var lateness = QuotaPace.Lateness(_limit, _window);
        while (_held.TryPeek(out var turn) && now - turn > lateness)
        {
            _held.Dequeue();
            Interlocked.Increment(ref _unused);
            // A store that answers slowly gives turns that are late already; then more are asked for.
            _late = Math.Min(_late + 1, 4);
        }
    }

    private void GiveUpHeld()
    {
        Interlocked.Add(ref _unused, _held.Count);
        _held.Clear();
        _lastTurn = DateTimeOffset.MinValue;
    }
}
