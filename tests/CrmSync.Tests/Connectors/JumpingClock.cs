namespace CrmSync.Tests.Connectors;

/// <summary>
/// A clock that stands still until somebody waits: a wait of up to five seconds jumps to its end at once, a longer one (a timeout)
/// never ends unless the test moves the clock there. So nothing sleeps, and how long the code would have waited can be read off.
/// </summary>
internal sealed class JumpingClock : TimeProvider
{
    private static readonly TimeSpan LongestJump = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    private sealed class Timer(JumpingClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => ThreadPool.QueueUserWorkItem(_ => callback(state));

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == Timeout.InfiniteTimeSpan)
                return Forget();
            if (dueTime > LongestJump)
            {
                lock (clock._lock)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }

                return true;
            }

            clock.Advance(dueTime);
            Fire();
            return true;
        }

        public void Dispose() => Forget();

        public ValueTask DisposeAsync()
        {
            Forget();
            return ValueTask.CompletedTask;
        }

        private bool Forget()
        {
            lock (clock._lock)
                return clock._timers.Remove(this) || true;
        }
    }
}
