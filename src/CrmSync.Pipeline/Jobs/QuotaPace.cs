namespace CrmSync.Pipeline.Jobs;

/// <summary>Turns that a bucket gives out. Instants and lengths in microseconds of the bucket's clock.</summary>
/// <param name="Count">How many; 0 where none comes within <see cref="QuotaPace.Reach"/>.</param>
/// <param name="FirstAt">When the first one is; where there is none, when to ask again.</param>
/// <param name="Interval">From one turn to the next.</param>
/// <param name="Next">The bucket's next free turn after these; it is what a store keeps.</param>
public readonly record struct PacedSlice(int Count, long FirstAt, long Interval, long Next);

/// <summary>
/// The generic cell rate algorithm at 95 % of a limit, without a burst: turns stand evenly apart, and what is left makes room for turns that are used
/// late and for requests that the network delays: a tenth of a second at least, which is a larger share of a short window. So no window of the limit's
/// length ever holds more than the limit, whoever uses the turns.
/// </summary>
public static class QuotaPace
{
    /// <summary>Share of a limit that is used.</summary>
    public const double Pace = 0.95;

    // Of the room for lateness; the rest is the network's, which delays one request more than another.
    private const double OwnLateness = 0.3;

    // Five searches in a second at 95 % leave 50 ms, which a busy machine alone uses up; more than this would leave less than nine tenths of the limit.
    private static readonly TimeSpan LeastRoom = TimeSpan.FromMilliseconds(100);

    /// <summary>How far ahead turns are given out.</summary>
    public static TimeSpan Reach { get; } = TimeSpan.FromSeconds(1);

    /// <summary>From one turn to the next, in microseconds.</summary>
    public static long Interval(double limit, TimeSpan window) =>
        (long)Math.Ceiling(Math.Max(window.TotalMicroseconds / Pace, (window + LeastRoom).TotalMicroseconds) / Whole(limit));

    /// <summary>
    /// How late after its instant a turn may still be used. As many turns as the limit allows span this much more than the window.
    /// </summary>
    public static TimeSpan Lateness(double limit, TimeSpan window) =>
        (TimeSpan.FromMicroseconds(Interval(limit, window) * Whole(limit)) - window) * OwnLateness;

    /// <summary>The most turns that a slice can hold.</summary>
    public static int Most(double limit, TimeSpan window) => (int)Math.Min(int.MaxValue, 1 + (Microseconds(Reach) / Interval(limit, window)));

    /// <summary>Gives turns out.</summary>
    /// <param name="next">The next free turn.</param>
    /// <param name="closedUntil">Before this there is none.</param>
    /// <param name="now">The bucket's clock.</param>
    /// <param name="limit">Requests in a window, above 0.</param>
    /// <param name="window">Length of the window.</param>
    /// <param name="wanted">How many turns are wanted, 1 or more.</param>
    public static PacedSlice Take(long next, long closedUntil, long now, double limit, TimeSpan window, int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1);
        var interval = Interval(limit, window);
        var reach = Microseconds(Reach);
        var first = Math.Max(Math.Max(now, next), closedUntil);
        if (first - now > reach)
        {
            // Asked again when a worthwhile part of the wish is within reach, so that a waiter does not ask for every single turn.
            var again = first == closedUntil ? first : first - reach + Math.Min(reach / 2, (wanted - 1) * interval);
            return new PacedSlice(0, again, interval, next);
        }

        var count = (int)Math.Min(wanted, 1 + ((now + reach - first) / interval));
        return new PacedSlice(count, first, interval, first + (count * interval));
    }

    private static double Whole(double limit) => Math.Max(1, Math.Floor(limit));

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
