using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Alerts;

/// <summary>A time of the day in which a channel is not used.</summary>
/// <param name="Zone">Whose clock.</param>
/// <param name="From">When they begin.</param>
/// <param name="To">When they end; before <paramref name="From"/>, they go over midnight.</param>
public sealed record QuietHours(TimeZoneInfo Zone, TimeOnly From, TimeOnly To)
{
    /// <summary>When an alert of an instant may be told: at once, or when the quiet hours that it falls into end.</summary>
    public DateTimeOffset NotBefore(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        // Equal ends would be no hours, or all of them; the settings refuse that.
        if (!time.IsBetween(From, To))
            return at;
        var end = local.Date + To.ToTimeSpan();
        if (end <= local.DateTime)
            end = end.AddDays(1);
        // A time that the clocks leave out comes when they have moved on.
        while (Zone.IsInvalidTime(end))
            end = end.AddMinutes(15);
        return new DateTimeOffset(end, Zone.GetUtcOffset(end));
    }

    /// <summary>Reads quiet hours; null where nothing is set.</summary>
    /// <param name="zone">IANA zone.</param>
    /// <param name="from">Such as 22:00.</param>
    /// <param name="to">Such as 07:00.</param>
    /// <param name="fault">What is wrong, as a sentence without its place; null where nothing is.</param>
    public static QuietHours? Parse(string? zone, string? from, string? to, out string? fault)
    {
        fault = null;
        if (string.IsNullOrWhiteSpace(from) && string.IsNullOrWhiteSpace(to))
            return null;
        if (!TimeOnly.TryParseExact(from, "HH:mm", out var begin) || !TimeOnly.TryParseExact(to, "HH:mm", out var end))
            fault = $"From is '{from}' and To is '{to}'; give both as hours and minutes, such as 22:00 and 07:00.";
        else if (begin == end)
            fault = $"From and To are both {from}; give two times, or leave both out.";
        else if (TimeZones.Find(string.IsNullOrWhiteSpace(zone) ? "Etc/UTC" : zone, out fault) is { } found)
            return new QuietHours(found, begin, end);
        return null;
    }
}
