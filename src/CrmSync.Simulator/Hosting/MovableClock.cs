namespace CrmSync.Simulator.Hosting;

/// <summary>
/// A clock that runs as another does and can be moved ahead: timers that fall due on the way fire at once, each of them once. For tests
/// and for <c>simulate --movable-clock</c>. Thread-safe.
/// </summary>
/// <param name="inner">The clock that it runs with.</param>
public sealed class MovableClock(TimeProvider inner) : TimeProvider
{
    private readonly TimeProvider _inner = inner;
    private readonly Lock _lock = new();
    private readonly HashSet<MovableTimer> _timers = [];
    private long _ahead;

    /// <summary>How far it is ahead of the clock that it runs with.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow() + Ahead;

    /// <inheritdoc/>
    public override long GetTimestamp() => _inner.GetElapsedTime(0, _inner.GetTimestamp()).Ticks + Interlocked.Read(ref _ahead);

    /// <summary>Moves the clock ahead.</summary>
    /// <param name="by">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock would go back, or past the last instant that there is.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        MovableTimer[] timers;
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(by, DateTimeOffset.MaxValue - GetUtcNow());
            Interlocked.Add(ref _ahead, by.Ticks);
            timers = [.. _timers];
        }

        foreach (var timer in timers)
            timer.Hasten();
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new MovableTimer(this, callback, state);
        lock (_lock)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class MovableTimer : ITimer
    {
        private readonly MovableClock _clock;
        private readonly ITimer _real;
        private readonly Lock _lock = new();
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public MovableTimer(MovableClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            _real = clock._inner.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : _clock.GetUtcNow() + dueTime;
                _period = period;
                return _real.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }

        /// <summary>The clock moved: what is left of the wait is shorter.</summary>
        public void Hasten()
        {
            lock (_lock)
            {
                if (_due is { } due)
                    _real.Change(Left(due), Timeout.InfiniteTimeSpan);
            }
        }

        public void Dispose()
        {
            lock (_clock._lock)
                _clock._timers.Remove(this);
            _real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            lock (_lock)
            {
                if (_due is null)
                    return;
                _due = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? null : _clock.GetUtcNow() + _period;
                if (_due is not null)
                    _real.Change(_period, Timeout.InfiniteTimeSpan);
            }
            _callback(_state);
        }

        private TimeSpan Left(DateTimeOffset due)
        {
            var left = due - _clock.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
