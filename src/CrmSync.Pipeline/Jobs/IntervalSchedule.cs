using System.Globalization;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// "every 15s", "every 5m", "every 2h". The times lie on a fixed grid counted from 1970-01-01T00:00:00Z, so they do not drift, do not move when the
/// service restarts, and are the same on every node; daylight saving does not touch them.
/// </summary>
public sealed record IntervalSchedule : Recurrence
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private IntervalSchedule(string text, TimeZoneInfo zone, TimeSpan interval) : base(text, zone) => Interval = interval;

    /// <summary>One second to 24 hours, in whole seconds.</summary>
    public TimeSpan Interval { get; }

    /// <inheritdoc />
    public override DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        var sinceEpoch = instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var steps = Math.DivRem(sinceEpoch, Interval.Ticks, out var rest);
        // Division rounds towards zero; before 1970 that is already the next point of the grid.
        var next = (rest < 0 ? steps : steps + 1) * Interval.Ticks;
        return next > DateTimeOffset.MaxValue.UtcTicks - TimeSpan.TicksPerDay - DateTimeOffset.UnixEpoch.Ticks
            ? null
            : TimeZones.InZone(DateTimeOffset.UnixEpoch.AddTicks(next), Zone);
    }

    /// <inheritdoc />
    public override string Describe()
    {
        var (count, unit) = Interval switch
        {
            { TotalHours: var hours } when hours == Math.Floor(hours) => ((int)hours, "hour"),
            { TotalMinutes: var minutes } when minutes == Math.Floor(minutes) => ((int)minutes, "minute"),
            _ => ((int)Interval.TotalSeconds, "second"),
        };
        return count == 1 ? $"every {unit}" : string.Create(CultureInfo.InvariantCulture, $"every {count} {unit}s");
    }

    internal static IntervalSchedule? TryCreate(string text, TimeZoneInfo zone, out string? fault)
    {
        var amount = text.AsSpan("every".Length).Trim();
        fault = $"The interval \"{text}\" cannot be read; write every and a number of seconds, minutes or hours, like every 15s, every 5m or every 2h.";
        if (amount.Length < 2 || text["every".Length] != ' ' && !char.IsAsciiDigit(text["every".Length]))
            return null;
        var unit = char.ToLowerInvariant(amount[^1]) switch { 's' => 1L, 'm' => 60L, 'h' => 3600L, _ => 0L };
        if (unit == 0 || !int.TryParse(amount[..^1].TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        if (number < 1 || number * unit > (long)Longest.TotalSeconds)
        {
            fault = $"The interval \"{text}\" is out of range; it is 1s to 24h, and longer rhythms are written as cron, like 30 2 * * 0.";
            return null;
        }

        fault = null;
        return new IntervalSchedule(text, zone, TimeSpan.FromSeconds(number * unit));
    }
}
