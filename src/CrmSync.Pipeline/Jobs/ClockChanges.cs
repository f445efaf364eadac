namespace CrmSync.Pipeline.Jobs;

/// <summary>A change of clocks that touches a schedule.</summary>
/// <param name="At">When it happens.</param>
/// <param name="From">The clock just before, in the zone.</param>
/// <param name="To">The clock just after, in the zone.</param>
/// <param name="Times">The schedule's times that the change skips or doubles, on that clock; at most <see cref="ClockChanges.MostTimes"/>.</param>
/// <param name="More">Whether there are more than <paramref name="Times"/> holds.</param>
public sealed record ClockChange(DateTimeOffset At, DateTime From, DateTime To, IReadOnlyList<DateTime> Times, bool More)
{
    /// <summary>True where clocks go forward, so that the times never come; false where they go back, so that they come twice.</summary>
    public bool IsGap => To > From;
}

/// <summary>
/// Finds the changes of clocks that touch a schedule, for people to see before it happens: a time inside a gap runs at the gap's end, one that comes twice runs the
/// first time only (<see cref="CronSchedule"/>). Pure.
/// </summary>
public static class ClockChanges
{
    /// <summary>Times per change that are named.</summary>
    public const int MostTimes = 3;

    private static readonly TimeSpan Step = TimeSpan.FromDays(1);

    /// <summary>The changes within a span that touch the schedule, the next first; none for an interval, which clocks do not move.</summary>
    /// <param name="recurrence">The schedule's rhythm.</param>
    /// <param name="from">From this instant.</param>
    /// <param name="span">How far to look; a year shows every change of a zone with daylight saving.</param>
    public static IReadOnlyList<ClockChange> Find(Recurrence recurrence, DateTimeOffset from, TimeSpan span)
    {
        ArgumentNullException.ThrowIfNull(recurrence);
        if (recurrence is not CronSchedule cron)
            return [];
        List<ClockChange> found = [];
        var end = from + span;
        for (var day = from; day < end; day += Step)
        {
            var (before, after) = (cron.Zone.GetUtcOffset(day), cron.Zone.GetUtcOffset(day + Step));
            if (before != after && Touch(cron, Change(cron.Zone, day, day + Step, before), before, after) is { } change)
                found.Add(change);
        }

        return found;
    }

    // Between the two clock readings lie the times that never come, or come twice.
    private static ClockChange? Touch(CronSchedule cron, DateTimeOffset at, TimeSpan before, TimeSpan after)
    {
        var (from, to) = (Wall(at, before), Wall(at, after));
        var (low, high) = from < to ? (from, to) : (to, from);
        List<DateTime> times = [];
        for (var next = cron.NextWall(low); next is { } time && time < high; next = cron.NextWall(time.AddMinutes(1)))
        {
            if (times.Count == MostTimes)
                return new ClockChange(at, from, to, times, More: true);
            times.Add(time);
        }

        return times.Count == 0 ? null : new ClockChange(at, from, to, times, More: false);
    }

    // Bisects for the second at which the old offset ends; low still has it, high no longer.
    private static DateTimeOffset Change(TimeZoneInfo zone, DateTimeOffset low, DateTimeOffset high, TimeSpan before)
    {
        low = DateTimeOffset.FromUnixTimeSeconds(low.ToUnixTimeSeconds());
        high = DateTimeOffset.FromUnixTimeSeconds(high.ToUnixTimeSeconds());
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low.AddSeconds(Math.Floor((high - low).TotalSeconds / 2));
            if (zone.GetUtcOffset(middle) == before)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    private static DateTime Wall(DateTimeOffset at, TimeSpan offset) => DateTime.SpecifyKind(at.UtcDateTime + offset, DateTimeKind.Unspecified);
}
