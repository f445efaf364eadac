namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Counts what happened in the last 24 hours, in slots of a minute. Thread-safe.</summary>
/// <param name="max">The allocation.</param>
/// <param name="enforced">Whether counting stops there.</param>
/// <param name="clock">Time.</param>
internal sealed class RollingCount(int max, bool enforced, TimeProvider clock)
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

    public int Max => max;

    /// <summary>Counts so many, unless the allocation is spent and enforced.</summary>
    public bool TryCount(int many = 1)
    {
        lock (_gate)
        {
            long minute = Forget();
            if (enforced && many > 0 && _used + many > max)
                return false;
            ref (long Minute, int Count) slot = ref _slots[minute % Minutes];
            slot = (minute, slot.Count + many);
            _used += many;
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
