using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// The version in every path. It is the configured one until HubSpot does not know it; then the first fall-back that HubSpot knows takes its place until the
/// next start. Thread-safe.
/// </summary>
internal sealed class HubSpotVersion(string wanted, IReadOnlyList<string> fallbacks, string key, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile string _current = wanted;
    private long _lookedAtTicks;

    /// <summary>The version that the configuration asks for.</summary>
    public string Wanted { get; } = wanted;

    /// <summary>The version in use.</summary>
    public string Current => _current;

    /// <summary>
    /// After an answer that may mean that a version is unknown: whether another one is in use now, so that the request is worth repeating.
    /// </summary>
    /// <param name="refused">The version of the request.</param>
    /// <param name="isKnown">Asks HubSpot whether it knows a version; null where that cannot be told now.</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    public async Task<bool> HasMovedAsync(string refused, Func<string, Task<bool?>> isKnown, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_current != refused)
                return true;
            // A wrong address answers 404 to every version; asking again with each call would double the requests for nothing.
            var now = time.GetUtcNow().UtcTicks;
            if (fallbacks.Count == 0 || (_lookedAtTicks != 0 && now - _lookedAtTicks < Patience.Ticks))
                return false;
            if (await isKnown(refused) is not false)
                return false;
            _lookedAtTicks = now;
            foreach (var version in fallbacks.Where(version => version != refused))
            {
                if (await isKnown(version) is not true)
                    continue;
                _current = version;
                HubSpotLog.FellBack(logger, key, refused, version);
                return true;
            }

            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
