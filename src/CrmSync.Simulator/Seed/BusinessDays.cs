namespace CrmSync.Simulator.Seed;

/// <summary>The whole working days of a history, oldest first, numbered from 0. Times are UTC.</summary>
internal sealed class BusinessDays
{
    /// <summary>Working hours in minutes after midnight UTC; the last leaves an hour for a meeting to end on the same day.</summary>
    private const int EuropeOpens = 7 * 60, EuropeCloses = 16 * 60, AmericaOpens = 14 * 60, AmericaCloses = 22 * 60;

    private readonly List<DateTimeOffset> _days = [];

    public BusinessDays(DateTimeOffset now, TimeSpan span)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        for (var day = today - span; day < today; day = day.AddDays(1))
        {
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
                _days.Add(day);
        }
    }

    public int Count => _days.Count;

    public static short Minute(bool europe, SeedRandom random) => (short)(europe
        ? random.Between(EuropeOpens, EuropeCloses)
        : random.Between(AmericaOpens, AmericaCloses));

    /// <summary>Start of work, when a rep tidies the pipeline before the day's first activity.</summary>
    public DateTimeOffset Opening(int day, bool europe, int minutesBefore) =>
        At(day, (europe ? EuropeOpens : AmericaOpens) - minutesBefore);

    public DateTimeOffset At(int day, int minute) => _days[day].AddMinutes(minute);
}
