using System.Globalization;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Counts authenticated requests of the last 24 hours, in slots of a minute. Thread-safe.</summary>
internal sealed class ApiUsage(SalesforceSimulatorOptions options, TimeProvider clock)
{
    private const int Minutes = 24 * 60;
    private readonly Lock _gate = new();
    private readonly (long Minute, int Count)[] _slots = new (long, int)[Minutes];
    private int _used;
    private long _newest;

    public int Used
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return _used;
            }
        }
    }

    public int Max => options.DailyApiRequests;

    /// <summary>The value of Sforce-Limit-Info.</summary>
    public string Header => string.Create(CultureInfo.InvariantCulture, $"api-usage={Used}/{Max}");

    /// <summary>Counts a request, unless the allocation is spent and enforced.</summary>
    public bool TryCount()
    {
        lock (_gate)
        {
            long minute = Forget();
            if (options.QuotasOn && _used >= Max)
                return false;
            ref (long Minute, int Count) slot = ref _slots[minute % Minutes];
            slot = (minute, slot.Count + 1);
            _used++;
            return true;
        }
    }

    // Empties the slots whose minute left the window since the last call.
    private long Forget()
    {
        long minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        for (long m = Math.Max(_newest + 1, minute - Minutes + 1); m <= minute; m++)
        {
            ref (long Minute, int Count) slot = ref _slots[m % Minutes];
            _used -= slot.Count;
            slot = (m, 0);
        }

        _newest = Math.Max(_newest, minute);
        return _newest;
    }
}
