namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// The sets that five cron fields stand for; bit n stands for the number n, Sunday is 0. Either day: both day fields are restricted, so a day counts
/// if one of them matches.
/// </summary>
internal sealed record CronFields(ulong Minutes, ulong Hours, ulong Days, ulong Months, ulong Weekdays, bool EitherDay)
{
    private static readonly int[] LongestMonth = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    public bool MatchesDay(DateTime day)
    {
        var byDate = (Days >> day.Day & 1) != 0;
        var byWeekday = (Weekdays >> (int)day.DayOfWeek & 1) != 0;
        return EitherDay ? byDate || byWeekday : byDate && byWeekday;
    }

    public static CronFields? TryParse(string text, out string? fault)
    {
        var expanded = Expand(text);
        if (expanded is null)
        {
            fault = $"\"{text}\" is no known short form; there are @hourly, @daily, @weekly, @monthly and @yearly.";
            return null;
        }

        var parts = expanded.Split(' ');
        if (parts.Length != 5)
        {
            fault = $"A cron schedule has five fields (minute, hour, day of month, month, day of week); \"{text}\" has {parts.Length}.";
            return null;
        }

        return CronField.Minute.TryParse(parts[0], out var minutes, out fault)
            && CronField.Hour.TryParse(parts[1], out var hours, out fault)
            && CronField.Day.TryParse(parts[2], out var days, out fault)
            && CronField.Month.TryParse(parts[3], out var months, out fault)
            && CronField.Weekday.TryParse(parts[4], out var weekdays, out fault)
            ? Checked(new CronFields(minutes, hours, days, months, weekdays, !IsOpen(parts[2]) && !IsOpen(parts[4])), parts, out fault)
            : null;
    }

    // Asked of the calendar, not of a clock: the answer may not depend on the day on which somebody types the schedule.
    private static CronFields? Checked(CronFields fields, string[] parts, out string? fault)
    {
        fault = null;
        if (fields.EitherDay)
            return fields;
        for (var month = 1; month <= 12; month++)
        {
            var daysOfMonth = (1UL << LongestMonth[month] + 1) - 2;
            if ((fields.Months >> month & 1) != 0 && (fields.Days & daysOfMonth) != 0)
                return fields;
        }

        fault = $"The day of month field \"{parts[2]}\" never comes in month \"{parts[3]}\", so the schedule would never run.";
        return null;
    }

    private static bool IsOpen(string field) => field.StartsWith('*');

    private static string? Expand(string text) => text.StartsWith('@')
        ? text.ToLowerInvariant() switch
        {
            "@hourly" => "0 * * * *",
            "@daily" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" => "0 0 1 1 *",
            _ => null,
        }
        : text;
}
