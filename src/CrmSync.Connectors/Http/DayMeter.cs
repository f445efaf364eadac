namespace CrmSync.Connectors.Http;

/// <summary>
/// Counts a connection's requests of the day against its share of the CRM's daily limit. The count lives in this process; what the CRM says
/// about the account's remaining requests can only lower what is left. Thread-safe.
/// </summary>
/// <param name="limit">The CRM's daily limit, until the CRM says a lower one.</param>
/// <param name="share">Our part of it, above 0 and at most 1.</param>
/// <param name="window">Begin and end of the day that an instant belongs to; the end is when to come back.</param>
internal sealed class DayMeter(long limit, double share, Func<DateTimeOffset, (DateTimeOffset Start, DateTimeOffset End)> window)
{
    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(15);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, long> _slots = [];
    private long _limit = limit;
    private DateTimeOffset _emptyUntil = DateTimeOffset.MinValue;

    /// <summary>The daily limit in force.</summary>
    public long Limit => Interlocked.Read(ref _limit);

    /// <summary>What the CRM last said to be left for all applications together; null before it said anything.</summary>
    public long? Remaining { get; private set; }

    /// <summary>Requests that were counted in the day of an instant.</summary>
    public long Used(DateTimeOffset now)
    {
        lock (_lock)
            return Sum(now);
    }

    /// <summary>Null where a request may go; else when the next one may.</summary>
    public DateTimeOffset? NotBefore(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (now < _emptyUntil)
                return _emptyUntil;
            return Sum(now) < _limit * share ? null : window(now).End;
        }
    }

    /// <summary>Counts a request.</summary>
    public void Count(DateTimeOffset now)
    {
        lock (_lock)
        {
            var slot = now.UtcTicks / Slot.Ticks;
            _slots[slot] = _slots.GetValueOrDefault(slot) + 1;
        }
    }

    /// <summary>Takes what the CRM says about the day.</summary>
    /// <param name="crmLimit">Its limit.</param>
    /// <param name="remaining">What is left of it.</param>
    /// <param name="now">When it said so.</param>
    public void Observe(long? crmLimit, long? remaining, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (crmLimit is > 0 && crmLimit < _limit)
                _limit = crmLimit.Value;
            Remaining = remaining ?? Remaining;
            if (remaining <= 0)
                _emptyUntil = window(now).End;
        }
    }

    /// <summary>Lets nothing through before an instant.</summary>
    public void Close(DateTimeOffset until)
    {
        lock (_lock)
            _emptyUntil = until > _emptyUntil ? until : _emptyUntil;
    }

    private long Sum(DateTimeOffset now)
    {
        var first = window(now).Start.UtcTicks / Slot.Ticks;
        while (_slots.Count > 0 && _slots.First().Key < first)
            _slots.Remove(_slots.First().Key);
        return _slots.Values.Sum();
    }
}
