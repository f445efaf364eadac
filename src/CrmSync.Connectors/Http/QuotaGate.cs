using CrmSync.Pipeline.Jobs;

namespace CrmSync.Connectors.Http;

/// <summary>The limits of one connection.</summary>
/// <param name="Burst">Requests in a short window.</param>
/// <param name="Search">The limit for search where the CRM counts it separately; else null. Its window is counted from the answers, too, see <see cref="Places"/>.</param>
/// <param name="Day">The day's.</param>
/// <param name="MaxConcurrent">Requests under way at the same time from this process.</param>
internal sealed record QuotaLimits(
    (double Limit, TimeSpan Window) Burst, (double Limit, TimeSpan Window)? Search, DayMeter Day, int MaxConcurrent = int.MaxValue);

/// <summary>
/// Keeps one connection's requests under the CRM's limits, together with all nodes that share the store. Waits below
/// <see cref="LongestWait"/> are waited here; longer ones are told to the caller, whose queue holds them. Thread-safe.
/// </summary>
internal sealed class QuotaGate
{
    /// <summary>A wait from here on is the queue's.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly string _key;
    private readonly IQuotaStore _store;
    private readonly TimeProvider _time;
    private readonly QuotaLane _burst;
    private readonly QuotaLane _search;
    private readonly QuotaNews _news;
    private readonly Places _places;
    private readonly Places? _searches;
    private int _learned;

    /// <param name="key">Key of the connection.</param>
    /// <param name="store">Where all nodes count.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="time">The clock.</param>
    public QuotaGate(string key, IQuotaStore store, QuotaLimits limits, TimeProvider time)
    {
        _key = key;
        _store = store;
        _time = time;
        Day = limits.Day;
        _burst = new QuotaLane(key, "burst", limits.Burst.Limit, limits.Burst.Window, store, Day, time);
        _search = limits.Search is { } search ? new QuotaLane(key, "search", search.Limit, search.Window, store, Day, time) : _burst;
        _places = new Places(limits.MaxConcurrent, TimeSpan.Zero, time);
        // A window of a second is so short that the network's unevenness alone fills it; the pace leaves longer ones room enough.
        _searches = limits.Search is { } searches ? new Places(Math.Max(1, (int)searches.Limit), searches.Window, time) : null;
        _news = new QuotaNews(key, store, time);
        Day.Observed = _news.Observe;
    }

    /// <summary>The day's count.</summary>
    public DayMeter Day { get; }

    /// <summary>Waits for a place among the requests that are under way and for a turn, or says when to come back.</summary>
    /// <returns>The request may go out now; dispose this when its answer has come.</returns>
    /// <exception cref="QuotaWaitException">The wait is too long for a call.</exception>
    public async ValueTask<IDisposable> EnterAsync(QuotaBucket bucket, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _learned) == 0)
            await LearnAsync(cancellationToken);
        await _news.TellAsync();
        if (Day.NotBefore(_time.GetUtcNow()) is { } tomorrow)
            throw new QuotaWaitException(HttpFailures.DayBudgetSpent, tomorrow);
        var entry = new Entry();
        try
        {
            // The places first: a turn must be used when it comes.
            entry.Place = await _places.TakeAsync(cancellationToken);
            if (bucket == QuotaBucket.Search && _searches is not null)
                entry.Search = await _searches.TakeAsync(cancellationToken);
            await Lane(bucket).EnterAsync(cancellationToken);
            entry.Search?.Use();
            return entry;
        }
        catch
        {
            entry.Dispose();
            throw;
        }
    }

    /// <summary>Lets nobody through before an instant, on any node, because the CRM said so.</summary>
    public void Close(QuotaBucket bucket, DateTimeOffset until)
    {
        Lane(bucket).Close(until);
        _news.Close(Lane(bucket).Bucket, until);
    }

    /// <summary>Lets nobody through any bucket before an instant, on any node.</summary>
    public void CloseAll(DateTimeOffset until)
    {
        _burst.Close(until);
        _search.Close(until);
        _news.Close(bucket: null, until);
    }

    /// <summary>Takes a lower limit from the CRM; a higher one is ignored.</summary>
    public void Lower(QuotaBucket bucket, double limit, TimeSpan window) => Lane(bucket).Lower(limit, window);

    private QuotaLane Lane(QuotaBucket bucket) => bucket switch
    {
        QuotaBucket.Burst => _burst,
        QuotaBucket.Search => _search,
        _ => throw new ArgumentOutOfRangeException(nameof(bucket), bucket, "There is no such bucket."),
    };

    // What other nodes, or this one before its restart, found out and counted.
    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var standing = await _store.ReadAsync(_key, Day.Window(now).Start, cancellationToken);
        if (Interlocked.Exchange(ref _learned, 1) == 0)
            Day.Learn(standing, now);
    }

    private sealed class Entry : IDisposable
    {
        public Places.Place? Place { get; set; }

        public Places.Place? Search { get; set; }

        public void Dispose()
        {
            Search?.Dispose();
            Place?.Dispose();
        }
    }
}

/// <summary>Carries a wait through the handlers to the edge, where it becomes a failure value.</summary>
internal sealed class QuotaWaitException(FailureKind kind, DateTimeOffset notBefore) : Exception(kind.Sentence)
{
    /// <summary>Which limit.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>When there is room.</summary>
    public DateTimeOffset NotBefore { get; } = notBefore;
}
