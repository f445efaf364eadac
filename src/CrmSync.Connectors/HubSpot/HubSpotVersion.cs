using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// The version in every path. It is the configured one until HubSpot does not know it; then the first fall-back that HubSpot knows takes its place until the
/// next start. Thread-safe.
/// </summary>
internal sealed class HubSpotVersion(string wanted, IReadOnlyList<string> fallbacks, string key, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
    private volatile string _current = wanted;
    private long _inVainTicks;

    /// <summary>The version that the configuration asks for.</summary>
    public string Wanted { get; } = wanted;

    /// <summary>The version in use.</summary>
    public string Current => _current;

    /// <summary>
    /// After an answer that may mean that a version is unknown: whether another one is in use now, so that the request is worth repeating. Callers that come at the
    /// same time each ask for themselves: one that waited for another could wait for itself, because the questions may need to be asked whose token they carry.
    /// </summary>
    /// <param name="refused">The version of the request.</param>
    /// <param name="isKnown">Asks HubSpot whether it knows a version; null where that cannot be told now.</param>
    public async Task<bool> HasMovedAsync(string refused, Func<string, Task<bool?>> isKnown)
    {
        if (_current != refused)
            return true;
        // A wrong address answers 404 to every version; asking again with each call would double the requests for nothing.
        var inVain = Interlocked.Read(ref _inVainTicks);
        if (fallbacks.Count == 0 || (inVain != 0 && time.GetUtcNow().UtcTicks - inVain < Patience.Ticks))
            return false;
        if (await isKnown(refused) is not false)
            return _current != refused;
        foreach (var version in fallbacks.Where(version => version != refused))
        {
            if (await isKnown(version) is not true)
                continue;
            if (Interlocked.CompareExchange(ref _current, version, refused) == refused)
                HubSpotLog.FellBack(logger, key, refused, version);
            return true;
        }

        Interlocked.Exchange(ref _inVainTicks, time.GetUtcNow().UtcTicks);
        return _current != refused;
    }
}
