namespace CrmSync.Tests.Connectors;

/// <summary>
/// A clock on which concurrent code runs in one thread: everything that is ready runs, then time jumps to the next timer. The same seed gives
/// the same run. Timers may ring late, as they do on a busy machine.
/// </summary>
internal sealed class VirtualTime(int seed, TimeSpan latest = default) : TimeProvider
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Timer, (long Due, long Order)> _timers = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private long _order;

    private TimeSpan Latest => latest;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Run(Func<Task> main)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Pump(_ready));
        try
        {
            var running = main();
            while (true)
            {
                while (_ready.TryDequeue(out var ready))
                    ready.Callback(ready.State);
                if (running.IsCompleted)
                    break;
                if (!_timers.TryDequeue(out var timer, out var key))
                    throw new InvalidOperationException("Everybody waits and no timer is set.");
                if (timer.IsSet(key.Order))
                {
                    _now = _now.UtcTicks < key.Due ? new DateTimeOffset(key.Due, TimeSpan.Zero) : _now;
                    timer.Fire();
                }
            }

            running.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Pump(Queue<(SendOrPostCallback Callback, object? State)> ready) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => ready.Enqueue((d, state));
    }

    private sealed class Timer(VirtualTime clock, TimerCallback callback, object? state) : ITimer
    {
        private long _set = -1;

        public bool IsSet(long order) => _set == order;

        public void Fire()
        {
            _set = -1;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _set = dueTime == Timeout.InfiniteTimeSpan ? -1 : clock._order++;
            if (_set >= 0)
                clock._timers.Enqueue(this, ((clock._now + dueTime + (clock.Latest * clock._random.NextDouble())).UtcTicks, _set));
            return true;
        }

        public void Dispose() => _set = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
