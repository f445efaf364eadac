namespace CrmSync.Simulator.Hosting;

/// <summary>
/// Faults waiting for the calls that they fit, oldest first; a call meets one at most. Thread-safe, and may be changed while the simulator runs.
/// </summary>
public sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];
    private long _calls;

    /// <summary>Asked for every call before the waiting faults are; returns the fault that the call meets, or null. For faults by chance (seed it) or by time.</summary>
    public Func<FaultyCall, Fault?>? Hook { get; set; }

    /// <summary>How many calls the waiting faults would still meet.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
                return _waiting.Sum(w => w.Left);
        }
    }

    /// <summary>Queues a fault.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Count, skip, status or delay is out of its range.</exception>
    public void Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(fault.Skip);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fault.Status, 599);
        lock (_lock)
            _waiting.Add(new Waiting(fault));
    }

    /// <summary>Forgets the waiting faults and the hook.</summary>
    public void Clear()
    {
        Hook = null;
        lock (_lock)
            _waiting.Clear();
    }

    internal Fault? Take(string method, string route, string path)
    {
        var number = Interlocked.Increment(ref _calls) - 1;
        if (Hook?.Invoke(new FaultyCall(method, route, path, number)) is { } hooked)
            return hooked;
        lock (_lock)
        {
            for (var i = 0; i < _waiting.Count; i++)
            {
                var waiting = _waiting[i];
                if (!waiting.Fault.Fits(method, route, path))
                    continue;
                if (waiting.ToSkip > 0)
                {
                    waiting.ToSkip--;
                    continue;
                }
                if (--waiting.Left == 0)
                    _waiting.RemoveAt(i);
                return waiting.Fault;
            }
            return null;
        }
    }

    private sealed class Waiting(Fault fault)
    {
        public Fault Fault { get; } = fault;
        public int ToSkip { get; set; } = fault.Skip;
        public int Left { get; set; } = fault.Count;
    }
}
