using System.Globalization;

namespace CrmSync.Service.Console.Words;

/// <summary>Spans and instants in words. Pages are drawn in UTC; a script turns the instants into the viewer's own time.</summary>
internal static class TimeText
{
    private static readonly Texts T = Texts.Of(typeof(TimeText));

    /// <summary>A span, to the precision at which people care: 12 s, 4 min, 3 h 20 min, 2 days.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => T["NoTime"],
        { TotalSeconds: < 120 } => T["Seconds", (long)span.TotalSeconds],
        { TotalMinutes: < 120 } => T["Minutes", (long)span.TotalMinutes],
        { TotalHours: < 10 } when span.Minutes > 0 => T["HoursAndMinutes", (long)span.TotalHours, span.Minutes],
        { TotalHours: < 48 } => T["Hours", (long)span.TotalHours],
        _ => T["Days", (long)span.TotalDays],
    };

    /// <summary>Day and time; the day is left out today, the year this year.</summary>
    public static string Short(DateTimeOffset at, DateTimeOffset now)
    {
        var (then, today) = (at.UtcDateTime, now.UtcDateTime);
        var format = then.Date == today.Date ? "HH:mm:ss" : then.Year == today.Year ? "d MMM HH:mm" : "d MMM yyyy";
        return then.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The exact instant, for a tooltip.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>The form that machines read.</summary>
    public static string Machine(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A whole number with separators.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
