namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>A stretch of whole days named by where it lies from today, such as <c>TODAY</c> or <c>LAST_N_DAYS:30</c>.</summary>
internal sealed record SoqlPeriod(SoqlPeriodName Name, int Days) : SoqlValue
{
    /// <summary>Farthest that a number of days may reach; beyond it the calendar itself would end.</summary>
    public const int FarthestDays = 100_000;

    /// <summary>The first day and the first day after it. Days are those of UTC, the simulated user's time zone; weeks begin on Sunday.</summary>
    public (DateOnly From, DateOnly To) Around(DateOnly today)
    {
        DateOnly week = today.AddDays(-(int)today.DayOfWeek);
        DateOnly month = new(today.Year, today.Month, 1);
        DateOnly year = new(today.Year, 1, 1);
        return Name switch
        {
            SoqlPeriodName.Today => (today, today.AddDays(1)),
            SoqlPeriodName.Yesterday => (today.AddDays(-1), today),
            SoqlPeriodName.Tomorrow => (today.AddDays(1), today.AddDays(2)),
            SoqlPeriodName.ThisWeek => (week, week.AddDays(7)),
            SoqlPeriodName.LastWeek => (week.AddDays(-7), week),
            SoqlPeriodName.ThisMonth => (month, month.AddMonths(1)),
            SoqlPeriodName.LastMonth => (month.AddMonths(-1), month),
            SoqlPeriodName.ThisYear => (year, year.AddYears(1)),
            SoqlPeriodName.LastYear => (year.AddYears(-1), year),
            SoqlPeriodName.LastNDays => (today.AddDays(-Days), today.AddDays(1)),
            SoqlPeriodName.NextNDays => (today.AddDays(1), today.AddDays(Days + 1)),
            _ => throw new InvalidOperationException($"{Name} is no period."),
        };
    }
}

internal enum SoqlPeriodName
{
    Today,
    Yesterday,
    Tomorrow,
    ThisWeek,
    LastWeek,
    ThisMonth,
    LastMonth,
    ThisYear,
    LastYear,

    /// <summary>Today and so many days before it.</summary>
    LastNDays,

    /// <summary>So many days from tomorrow.</summary>
    NextNDays,
}

/// <summary>Periods as they are written.</summary>
internal static class SoqlPeriodWords
{
    private static readonly Dictionary<string, SoqlPeriodName> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TODAY"] = SoqlPeriodName.Today,
        ["YESTERDAY"] = SoqlPeriodName.Yesterday,
        ["TOMORROW"] = SoqlPeriodName.Tomorrow,
        ["THIS_WEEK"] = SoqlPeriodName.ThisWeek,
        ["LAST_WEEK"] = SoqlPeriodName.LastWeek,
        ["THIS_MONTH"] = SoqlPeriodName.ThisMonth,
        ["LAST_MONTH"] = SoqlPeriodName.LastMonth,
        ["THIS_YEAR"] = SoqlPeriodName.ThisYear,
        ["LAST_YEAR"] = SoqlPeriodName.LastYear,
        ["LAST_N_DAYS"] = SoqlPeriodName.LastNDays,
        ["NEXT_N_DAYS"] = SoqlPeriodName.NextNDays,
    };

    public static SoqlPeriodName? Find(string word) => Names.TryGetValue(word, out SoqlPeriodName name) ? name : null;

    public static bool TakesDays(SoqlPeriodName name) => name is SoqlPeriodName.LastNDays or SoqlPeriodName.NextNDays;

    public static string Print(SoqlPeriod period)
    {
        string word = Names.First(pair => pair.Value == period.Name).Key;
        return TakesDays(period.Name) ? $"{word}:{SoqlPrinter.Print(new SoqlNumber(period.Days))}" : word;
    }
}
