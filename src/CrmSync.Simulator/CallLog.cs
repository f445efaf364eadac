using System.Collections.Concurrent;

namespace CrmSync.Simulator;

/// <summary>One answered HTTP call. No bodies and no credentials are kept.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route template, such as <c>POST /crm/objects/{version}/{type}/search</c> without the method; a stable name to count by.</param>
/// <param name="Path">Path as called, without the query.</param>
/// <param name="Status">Status answered; 0 where the connection was dropped.</param>
/// <param name="RequestBytes">Length of the request body.</param>
/// <param name="Items">Records asked for or written, where the route has such a number.</param>
public sealed record SimulatedCall(DateTimeOffset At, string Method, string Route, string Path, int Status, long RequestBytes, int Items);

/// <summary>Every call that a simulator answered, in order. Thread-safe; keeps the newest million.</summary>
public sealed class CallLog
{
    private const int Kept = 1_000_000;
    private readonly ConcurrentQueue<SimulatedCall> _calls = new();
    private long _total;

    /// <summary>How many calls there were in all.</summary>
    public long Total => Interlocked.Read(ref _total);

    /// <summary>Appends a call.</summary>
    public void Add(SimulatedCall call)
    {
        _calls.Enqueue(call);
        if (Interlocked.Increment(ref _total) > Kept)
            _calls.TryDequeue(out _);
    }

    /// <summary>A copy of what is kept, oldest first.</summary>
    public IReadOnlyList<SimulatedCall> Snapshot() => [.. _calls];

    /// <summary>Forgets everything, so that a test or a measurement counts from here.</summary>
    public void Clear()
    {
        _calls.Clear();
        Interlocked.Exchange(ref _total, 0);
    }
}
