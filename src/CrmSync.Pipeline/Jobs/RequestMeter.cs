using System.Collections.Concurrent;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Counts the calls to each CRM into the ledger. The sum over all runs is exact; where runs of one connection overlap, a call may be booked on
/// the one that saved next. Thread-safe.
/// </summary>
public sealed class RequestMeter
{
    private readonly ConcurrentDictionary<string, long> _booked = new();

    /// <summary>Calls sent by the connector since the last time anyone asked.</summary>
    public long Take(ICrmConnector connector)
    {
        while (true)
        {
            var booked = _booked.GetOrAdd(connector.Key, 0);
            var sent = connector.RequestsSent;
            if (sent <= booked)
                return 0;
            if (_booked.TryUpdate(connector.Key, sent, booked))
                return sent - booked;
        }
    }
}
