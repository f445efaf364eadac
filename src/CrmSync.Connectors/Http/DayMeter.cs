using CrmSync.Pipeline.Jobs;

namespace CrmSync.Connectors.Http;

/// <summary>
/// What this process knows about a connection's day: the CRM's limit and remainder, our share, and the requests that were counted, those of
/// other nodes as far as they were known at the start. The count that decides is the store's. Thread-safe.
/// </summary>
/// <param name="configuredLimit">The CRM's daily limit, until the CRM says a lower one.</param>
/// <param name="share">Our part of it, above 0 and at most 1; asked at each use, because it may change.</param>
/// <param name="window">Begin and end of the day that an instant belongs to; the end is when to come back.</param>
internal sealed class DayMeter(
    long configuredLimit, Func<double> share, Func<DateTimeOffset, (DateTimeOffset Start, DateTimeOffset End)> window)
{
    /// <summary>A meter whose share stays as it is.</summary>
    public DayMeter(long configuredLimit, double share, Func<DateTimeOffset, (DateTimeOffset Start, DateTimeOffset End)> window) : this(configuredLimit, () => share, window)
    {
    }

    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(15);
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, long> _slots = [];
    private readonly long _most = configuredLimit;
    private long _limit = configuredLimit;
    private long _remaining = -1;
    private DateTimeOffset _emptyUntil = DateTimeOffset.MinValue;

    /// <summary>Told of what the CRM said: limit, remainder, end of the day.</summary>
    public Action<long?, long?, DateTimeOffset>? Observed { get; set; }

    /// <summary>The daily limit in force.</summary>
    public long Limit => Interlocked.Read(ref _limit);

    /// <summary>Requests that we may make in a day; at least one, or nothing would ever be learned.</summary>
    public long Allowance => Math.Max(1, (long)(Limit * share()));

    /// <summary>What the CRM last said to be left for all applications together; null before it said anything.</summary>
    public long? Remaining => Interlocked.Read(ref _remaining) is >= 0 and var left ? left : null;

    /// <summary>Begin and end of the day that an instant belongs to.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) Window(DateTimeOffset now) => window(now);

    /// <summary>Requests that were counted in the day of an instant.</summary>
    public long Used(DateTimeOffset now)
    {
        lock (_lock)
        {
            var first = window(now).Start.UtcTicks / Slot.Ticks;
            while (_slots.Count > 0 && _slots.First().Key < first)
                _slots.Remove(_slots.First().Key);
            return _slots.Values.Sum();
        }
    }

    /// <summary>Null where the CRM has not closed the day; else when it opens.</summary>
    public DateTimeOffset? NotBefore(DateTimeOffset now)
    {
        lock (_lock)
            return now < _emptyUntil ? _emptyUntil : null;
    }

    /// <summary>Counts a request.</summary>
    public void Count(DateTimeOffset now) => Add(now, 1);

    /// <summary>Takes what the store knows, once at the start.</summary>
    public void Learn(QuotaStanding standing, DateTimeOffset now)
    {
        Lower(standing.DayLimit);
        Add(now, standing.UsedToday);
    }

    /// <summary>Takes what the CRM says about the day.</summary>
    /// <param name="crmLimit">Its limit.</param>
    /// <param name="remaining">What is left of it.</param>
    /// <param name="now">When it said so.</param>
    public void Observe(long? crmLimit, long? remaining, DateTimeOffset now)
    {
        var end = window(now).End;
        lock (_lock)
        {
            Lower(crmLimit);
            _remaining = remaining ?? _remaining;
            if (remaining <= 0)
                _emptyUntil = end;
        }

        Observed?.Invoke(crmLimit, remaining, end);
    }

    /// <summary>Lets nothing through before an instant.</summary>
    public void Close(DateTimeOffset until)
    {
        lock (_lock)
            _emptyUntil = until > _emptyUntil ? until : _emptyUntil;
        Observed?.Invoke(null, 0, until);
    }

    private void Lower(long? crmLimit)
    {
        if (crmLimit is > 0)
            Interlocked.Exchange(ref _limit, Math.Min(_most, crmLimit.Value));
    }

    private void Add(DateTimeOffset now, long requests)
    {
        lock (_lock)
        {
            var slot = now.UtcTicks / Slot.Ticks;
            _slots[slot] = _slots.GetValueOrDefault(slot) + requests;
        }
    }
}
