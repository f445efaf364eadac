using System.Numerics;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Five cron fields (minute, hour, day of month, month, day of week) read in a time zone. Fields take <c>*</c>, numbers, ranges <c>a-b</c>, lists
/// <c>a,b</c>, steps <c>*/n</c> and <c>a-b/n</c>, and the names JAN-DEC and SUN-SAT; 0 and 7 are Sunday.
/// <para>
/// Day rule, as in Unix cron: when both day fields are restricted, a day counts if either matches; a field that begins with <c>*</c> is not
/// restricted, and then both must match.
/// </para>
/// <para>
/// When clocks go forward, times inside the gap come once, at the gap's end. When clocks go back, a time that would come twice comes the first time
/// only, whatever the fields say: a rhythm of minutes pauses for that hour, so polling is better written as an interval.
/// </para>
/// </summary>
public sealed record CronSchedule : Recurrence
{
    // Two 29ths of February that are also a given weekday lie up to 40 years apart.
    private const int HorizonYears = 41;
    private const int LastYear = 9990;

    private CronSchedule(string text, TimeZoneInfo zone, CronFields fields) : base(text, zone) => Fields = fields;

    internal CronFields Fields { get; }

    /// <inheritdoc />
    public override DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        if (instant.UtcDateTime.Year > LastYear)
            return null;
        // No zone has daylight saving in year 2, and the search needs a day of room below it.
        var start = instant.UtcDateTime.Year < 2 ? new DateTime(2, 1, 1) : TimeZones.InZone(instant, Zone).DateTime;
        var wall = start.AddTicks(-(start.Ticks % TimeSpan.TicksPerMinute));
        // Within the second pass of a doubled hour the wall-clock times just ahead have had their turn already, hence the loop.
        while (NextWall(wall.AddMinutes(1)) is { } next)
        {
            if (TimeZones.InstantOf(next, Zone) is var candidate && candidate > instant)
                return candidate;
            wall = next;
        }

        return null;
    }

    /// <inheritdoc />
    public override string Describe() => CronWords.Describe(Fields, ZoneId);

    internal static CronSchedule? TryCreate(string text, TimeZoneInfo zone, out string? fault) =>
        CronFields.TryParse(text, out fault) is { } fields ? new CronSchedule(text, zone, fields) : null;

    /// <summary>The first wall-clock time at or after another, whatever the clocks do then.</summary>
    internal DateTime? NextWall(DateTime from)
    {
        var lastYear = Math.Min(from.Year + HorizonYears, LastYear + 1);
        for (var day = from.Date; day.Year <= lastYear;)
        {
            if ((Fields.Months >> day.Month & 1) == 0)
            {
                day = new DateTime(day.Year, day.Month, 1).AddMonths(1);
                continue;
            }

            if (Fields.MatchesDay(day) && NextOnDay(day == from.Date ? from.TimeOfDay : TimeSpan.Zero) is { } time)
                return day + time;
            day = day.AddDays(1);
        }

        return null;
    }

    private TimeSpan? NextOnDay(TimeSpan from)
    {
        var hour = NextBit(Fields.Hours, from.Hours);
        if (hour == from.Hours)
        {
            if (NextBit(Fields.Minutes, from.Minutes) is { } minute)
                return new TimeSpan(from.Hours, minute, 0);
            hour = NextBit(Fields.Hours, from.Hours + 1);
        }

        return hour is { } found ? new TimeSpan(found, BitOperations.TrailingZeroCount(Fields.Minutes), 0) : null;
    }

    private static int? NextBit(ulong mask, int from) =>
        mask >> from is not 0 and var rest ? from + BitOperations.TrailingZeroCount(rest) : null;
}
