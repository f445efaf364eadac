namespace CrmSync.Connectors.Http;

/// <summary>
/// Paces requests by the generic cell rate algorithm at 95 % of a limit. The remaining 5 % is the burst that may go at once, so no window of
/// the limit's length ever holds more than the limit. Thread-safe.
/// </summary>
internal sealed class PacedBucket
{
    private const double Pace = 0.95;
    private readonly Lock _lock = new();
    private double _limit;
    private TimeSpan _window;
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;

    /// <param name="limit">Requests in a window, above 0.</param>
    /// <param name="window">Length of the window.</param>
    public PacedBucket(double limit, TimeSpan window)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        _limit = limit;
        _window = window;
    }

    /// <summary>Takes the next turn, if it comes within <paramref name="patience"/>.</summary>
    /// <returns>When the turn is; where it was not granted, when it would have been.</returns>
    public DateTimeOffset Reserve(DateTimeOffset now, TimeSpan patience, out bool granted)
    {
        lock (_lock)
        {
            var interval = _window / (_limit * Pace);
            var burst = Math.Max(0, Math.Floor(_limit * (1 - Pace)) - 1);
            var turn = _next == DateTimeOffset.MinValue ? now : _next - (interval * burst);
            turn = Latest(now, turn, _closedUntil);
            granted = turn - now < patience;
            if (granted)
                _next = Latest(_next, turn) + interval;
            return turn;
        }
    }

    /// <summary>No turn before an instant.</summary>
    public void Close(DateTimeOffset until)
    {
        lock (_lock)
            _closedUntil = Latest(_closedUntil, until);
    }

    /// <summary>Takes another limit where it is lower.</summary>
    public void Lower(double limit, TimeSpan window)
    {
        lock (_lock)
        {
            if (limit <= 0 || window <= TimeSpan.Zero || limit / window.TotalSeconds >= _limit / _window.TotalSeconds)
                return;
            _limit = limit;
            _window = window;
        }
    }

    private static DateTimeOffset Latest(params ReadOnlySpan<DateTimeOffset> instants)
    {
        var latest = instants[0];
        foreach (var instant in instants)
            latest = instant > latest ? instant : latest;
        return latest;
    }
}
