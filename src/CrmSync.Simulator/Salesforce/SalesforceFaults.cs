using System.Collections.Concurrent;

namespace CrmSync.Simulator.Salesforce;

/// <summary>Troubles that a real org makes, switched on while the simulator runs. Thread-safe.</summary>
public sealed class SalesforceFaults
{
    private readonly ConcurrentDictionary<string, int> _locked = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _invalid = new(StringComparer.OrdinalIgnoreCase);
    private int _unavailable, _daily, _concurrent, _dropped, _droppedWrites, _expireMidPage, _expireNow, _loseLocators;

    /// <summary>Largest page where a statement selects a long text field, as Salesforce shrinks pages of wide rows; null (default) never shrinks.</summary>
    public int? WideRowPageSize { get; set; }

    /// <summary>
    /// Whether a field that does not exist fails a whole collection (default) or only its record. Which of both Salesforce does is not
    /// confirmed, so a client must stand either.
    /// </summary>
    public bool UnknownFieldFailsWholeRequest { get; set; } = true;

    /// <summary>The next calls answer 503 with an HTML page.</summary>
    public void AnswerUnavailable(int calls) => Interlocked.Exchange(ref _unavailable, calls);

    /// <summary>The next calls answer 403 REQUEST_LIMIT_EXCEEDED for the daily allocation.</summary>
    public void RefuseDailyQuota(int calls) => Interlocked.Exchange(ref _daily, calls);

    /// <summary>The next calls answer 403 REQUEST_LIMIT_EXCEEDED for too many long calls at once.</summary>
    public void RefuseConcurrency(int calls) => Interlocked.Exchange(ref _concurrent, calls);

    /// <summary>The next calls are cut off before anything happens.</summary>
    public void DropConnections(int calls) => Interlocked.Exchange(ref _dropped, calls);

    /// <summary>The next writes are applied, then the connection is cut off without an answer.</summary>
    public void DropAfterWrite(int writes) => Interlocked.Exchange(ref _droppedWrites, writes);

    /// <summary>All sessions end with the next call.</summary>
    public void ExpireSessions() => Interlocked.Exchange(ref _expireNow, 1);

    /// <summary>All sessions end when a client next asks for a further page of a query.</summary>
    public void ExpireSessionsMidPage() => Interlocked.Exchange(ref _expireMidPage, 1);

    /// <summary>All locators are lost with the next call.</summary>
    public void LoseLocators() => Interlocked.Exchange(ref _loseLocators, 1);

    /// <summary>Writes of these records answer UNABLE_TO_LOCK_ROW, so many times each, then succeed.</summary>
    public void LockRows(IEnumerable<string> ids, int times)
    {
        foreach (string id in ids)
            _locked[id] = times;
    }

    /// <summary>Writes of these records answer FIELD_CUSTOM_VALIDATION_EXCEPTION with this message until <see cref="ClearValidation"/>.</summary>
    public void FailValidation(IEnumerable<string> ids, string message)
    {
        foreach (string id in ids)
            _invalid[id] = message;
    }

    /// <summary>Ends <see cref="FailValidation"/>.</summary>
    public void ClearValidation() => _invalid.Clear();

    internal bool TakeUnavailable() => Take(ref _unavailable);

    internal bool TakeDailyQuota() => Take(ref _daily);

    internal bool TakeConcurrency() => Take(ref _concurrent);

    internal bool TakeDrop() => Take(ref _dropped);

    internal bool TakeDropAfterWrite() => Take(ref _droppedWrites);

    internal bool TakeExpireNow() => Take(ref _expireNow);

    internal bool TakeExpireMidPage() => Take(ref _expireMidPage);

    internal bool TakeLoseLocators() => Take(ref _loseLocators);

    internal string? InvalidReason(string id) => _invalid.GetValueOrDefault(id);

    internal bool TakeLock(string id)
    {
        while (_locked.TryGetValue(id, out int left) && left > 0)
        {
            if (_locked.TryUpdate(id, left - 1, left))
                return true;
        }

        return false;
    }

    private static bool Take(ref int count)
    {
        int seen = Volatile.Read(ref count);
        while (seen > 0)
        {
            int before = Interlocked.CompareExchange(ref count, seen - 1, seen);
            if (before == seen)
                return true;
            seen = before;
        }

        return false;
    }
}
