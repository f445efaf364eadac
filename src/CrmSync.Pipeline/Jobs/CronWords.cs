using System.Globalization;
using System.Numerics;

namespace CrmSync.Pipeline.Jobs;

/// <summary>Says a cron schedule in plain English.</summary>
internal static class CronWords
{
    // More clock times than this are harder to read than a sentence about hours and minutes.
    private const int MostClockTimes = 4;
    private const ulong AllMinutes = (1UL << 60) - 1;
    private const ulong AllHours = (1UL << 24) - 1;
    private const ulong AllDays = (1UL << 32) - 2;
    private const ulong AllMonths = (1UL << 13) - 2;
    private const ulong AllWeekdays = (1UL << 7) - 1;

    public static string Describe(CronFields fields, string zoneId)
    {
        var (time, isDaily) = Time(fields);
        var days = Days(fields);
        if (days.Length == 0 && isDaily)
            days = "every day";
        var months = fields.Months == AllMonths ? "" : "in " + List(fields.Months, MonthName);
        return string.Join(' ', new[] { time, days, months, $"({zoneId})" }.Where(part => part.Length > 0));
    }

    private static (string Words, bool IsDaily) Time(CronFields fields)
    {
        var minutes = Values(fields.Minutes);
        var hours = Values(fields.Hours);
        if (minutes.Count * hours.Count <= MostClockTimes)
            return ("at " + Join([.. hours.SelectMany(hour => minutes.Select(minute => Clock(hour, minute)))]), true);

        var words = EveryNth(fields.Minutes, AllMinutes) is { } nth
            ? nth == 1 ? "every minute" : Text($"every {nth} minutes")
            : $"at {Plural("minute", minutes.Count)} {List(fields.Minutes, Number)}";
        var isEvery = words.StartsWith("every", StringComparison.Ordinal);
        if (fields.Hours == AllHours)
            return (isEvery ? words : words + " of every hour", false);
        return (words + (isEvery ? " during " : " of ") + Plural("hour", hours.Count) + " " + List(fields.Hours, Number), true);
    }

    private static string Days(CronFields fields)
    {
        var byDate = fields.Days == AllDays ? "" : $"on {Plural("day", BitOperations.PopCount(fields.Days))} {List(fields.Days, Number)} of the month";
        var byWeekday = fields.Weekdays == AllWeekdays ? "" : "on " + List(fields.Weekdays, WeekdayName);
        return (byDate, byWeekday, fields.EitherDay) switch
        {
            // Either field open in effect makes the other one meaningless under the either-rule.
            ("", _, true) or (_, "", true) => "",
            (_, _, true) => $"{byDate} or {byWeekday}",
            (_, "", false) => byDate,
            ("", _, false) => byWeekday,
            _ => $"{byDate} if it is {List(fields.Weekdays, WeekdayName)}",
        };
    }

    // The n of "every n": the set is every n-th number from zero, and n divides the whole so that the rhythm has no seam.
    private static int? EveryNth(ulong mask, ulong all)
    {
        var total = BitOperations.PopCount(all);
        var count = BitOperations.PopCount(mask);
        if ((mask & 1) == 0 || count == 1 || total % count != 0)
            return null;
        var step = total / count;
        for (var value = 0; value < total; value += step)
        {
            if ((mask >> value & 1) == 0)
                return null;
        }

        return step;
    }

    private static string List(ulong mask, Func<int, string> name)
    {
        var values = Values(mask);
        List<string> parts = [];
        for (var start = 0; start < values.Count;)
        {
            var end = start;
            while (end + 1 < values.Count && values[end + 1] == values[end] + 1)
                end++;
            if (end - start >= 2)
                parts.Add($"{name(values[start])} to {name(values[end])}");
            else
                parts.AddRange(values[start..(end + 1)].Select(name));
            start = end + 1;
        }

        return Join(parts);
    }

    private static string Join(List<string> parts) => parts.Count == 1 ? parts[0] : string.Join(", ", parts[..^1]) + " and " + parts[^1];

    private static List<int> Values(ulong mask) => [.. Enumerable.Range(0, 64).Where(value => (mask >> value & 1) != 0)];

    private static string Clock(int hour, int minute) => Text($"{hour:00}:{minute:00}");

    private static string Plural(string unit, int count) => count == 1 ? unit : unit + "s";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string MonthName(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);

    private static string WeekdayName(int day) => CultureInfo.InvariantCulture.DateTimeFormat.GetDayName((DayOfWeek)day);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
