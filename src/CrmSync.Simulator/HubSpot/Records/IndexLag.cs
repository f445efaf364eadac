namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>
/// How far search stands behind the records. When the lag grows, search stands still until the longer lag has caught up with what it showed:
/// an index never unlearns. Thread-safe.
/// </summary>
internal sealed class IndexLag(TimeSpan lag)
{
    private readonly Lock _lock = new();
    private long _lag = (long)lag.TotalMilliseconds;
    private long _shown = long.MinValue;

    /// <summary>What was written up to this instant is what search may show now; Unix milliseconds.</summary>
    public long HorizonAt(long now)
    {
        lock (_lock)
            return Math.Max(now - _lag, _shown);
    }

    public void Change(TimeSpan lag, long now)
    {
        lock (_lock)
        {
            _shown = Math.Max(now - _lag, _shown);
            _lag = (long)lag.TotalMilliseconds;
        }
    }
}
