using System.Globalization;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Console.Pages.Jobs;

/// <summary>What a rhythm comes to: plain words, the next times, and where a change of clocks touches it.</summary>
internal sealed record ScheduleOutlook
{
    private static readonly Texts T = Texts.Of(typeof(ScheduleOutlook));

    private const int Times = 5;
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    public string? Fault { get; init; }

    public string Words { get; init; } = "";

    public string Zone { get; init; } = "";

    public DateTimeOffset Now { get; init; }

    /// <summary>The next times, in the schedule's zone.</summary>
    public IReadOnlyList<DateTimeOffset> Next { get; init; } = [];

    /// <summary>A sentence per change of clocks.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Looks ahead. Pure.</summary>
    public static ScheduleOutlook Of(string? recurrence, string? zone, DateTimeOffset now)
    {
        if (!Recurrence.TryParse(recurrence, zone, out var parsed, out var fault))
            return new ScheduleOutlook { Fault = fault, Now = now };
        List<DateTimeOffset> next = [];
        for (var at = parsed.NextAfter(now); at is { } time && next.Count < Times; at = parsed.NextAfter(time))
            next.Add(TimeZoneInfo.ConvertTimeBySystemTimeZoneId(time, parsed.ZoneId));
        return new ScheduleOutlook
        {
            Words = parsed.Describe(), Zone = parsed.ZoneId, Now = now, Next = next, Warnings = [.. ClockChanges.Find(parsed, now, Year).Select(Sentence)],
        };
    }

    /// <summary>A time on the clock of the schedule's zone.</summary>
    public static string Clock(DateTimeOffset at) => at.ToString("ddd d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Sentence(ClockChange change)
    {
        var day = change.From.ToString("dddd d MMMM yyyy", CultureInfo.InvariantCulture);
        var (from, to) = (Hour(change.From), Hour(change.To));
        var times = string.Join(", ", change.Times.Select(Hour)) + (change.More ? T["AndMore"] : "");
        return change switch
        {
            { IsGap: true, Times.Count: 1, More: false } => T["OnClocksGoForwardFromToTheRunOf", day, from, to, times],
            { IsGap: true } => T["OnClocksGoForwardFromToTheRunsOf", day, from, to, times],
            { Times.Count: 1, More: false } => T["OnClocksGoBackFromToComesTwice", day, from, to, times],
            _ => T["OnClocksGoBackFromToComeTwiceAnd", day, from, to, times],
        };
    }

    private static string Hour(DateTime wall) => wall.ToString("HH:mm", CultureInfo.InvariantCulture);
}
