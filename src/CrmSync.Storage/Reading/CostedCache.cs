namespace CrmSync.Storage.Reading;

/// <summary>
/// Keeps an expensive answer for twenty times as long as it took to find, within bounds, so that pages which refresh themselves spend at most a twentieth of
/// the time on it. One caller asks, the others wait for the same answer. Thread-safe.
/// </summary>
internal sealed class CostedCache<T>(TimeProvider time, TimeSpan atLeast, TimeSpan atMost) : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private (T Value, DateTimeOffset Until)? _kept;

    public async Task<T> GetAsync(Func<CancellationToken, Task<T>> find, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_kept is { } kept && time.GetUtcNow() < kept.Until)
                return kept.Value;
            var start = time.GetTimestamp();
            var value = await find(cancellationToken).ConfigureAwait(false);
            var keep = time.GetElapsedTime(start) * 20;
            _kept = (value, time.GetUtcNow() + (keep < atLeast ? atLeast : keep > atMost ? atMost : keep));
            return value;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
