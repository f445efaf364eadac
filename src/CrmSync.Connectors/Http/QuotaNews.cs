using CrmSync.Pipeline.Jobs;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Passes on to all nodes what a CRM said about its limits. It never fails the request whose answer said it: what could not be told is kept
/// and told before the next turn, the newest per subject. Thread-safe.
/// </summary>
internal sealed class QuotaNews(string key, IQuotaStore store, TimeProvider time)
{
    // The remainder comes with every answer and is for people to see; a limit or an end is told at once.
    private static readonly TimeSpan ToldEvery = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Func<Task>> _untold = new(StringComparer.Ordinal);
    private long? _toldLimit;
    private DateTimeOffset _observedAt = DateTimeOffset.MinValue;
    private bool _telling;

    /// <summary>Nobody goes through a bucket, or through any where it is null, before an instant.</summary>
    public void Close(string? bucket, DateTimeOffset until) =>
        Add($"close {bucket}", () => store.CloseAsync(key, bucket, until, CancellationToken.None));

    /// <summary>What was said about the day.</summary>
    public void Observe(long? limit, long? remaining, DateTimeOffset dayEnd)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var news = remaining <= 0 || (limit is not null && limit != _toldLimit);
            if ((limit is null && remaining is null) || (!news && now - _observedAt < ToldEvery))
                return;
            _toldLimit = limit ?? _toldLimit;
            _observedAt = now;
        }

        Add(remaining <= 0 ? "spent" : "day", () => store.ObserveAsync(new QuotaNotice(key, limit, remaining, dayEnd), CancellationToken.None));
    }

    /// <summary>Tells what is left to tell. Trouble of the store leaves it for the next time.</summary>
    public async Task TellAsync()
    {
        while (Take() is { } news)
        {
            try
            {
                await news.Value();
            }
            catch (Exception)
            {
                // Whatever the store has, asking it for the next turn will say so to somebody who can act on it.
                lock (_lock)
                {
                    _untold.TryAdd(news.Key, news.Value);
                    _telling = false;
                }

                return;
            }

            lock (_lock)
                _telling = false;
        }
    }

    private void Add(string subject, Func<Task> news)
    {
        lock (_lock)
            _untold[subject] = news;
        _ = TellAsync();
    }

    private KeyValuePair<string, Func<Task>>? Take()
    {
        lock (_lock)
        {
            if (_telling || _untold.Count == 0)
                return null;
            var news = _untold.First();
            _telling = _untold.Remove(news.Key);
            return news;
        }
    }
}
