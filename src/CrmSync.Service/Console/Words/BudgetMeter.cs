using CrmSync.Pipeline.Budgets;

namespace CrmSync.Service.Console.Words;

/// <summary>A day's requests as a meter, with the same in words.</summary>
/// <param name="Day">How it stands.</param>
/// <param name="Id">Makes the meter's name on the page unique.</param>
/// <param name="Now">Now.</param>
internal sealed record BudgetMeter(BudgetForecast Day, long Id, DateTimeOffset Now)
{
    private static readonly Texts T = Texts.Of(typeof(BudgetMeter));

    /// <summary>From where on the meter is drawn as high.</summary>
    public long High => Day.Allowance * 8 / 10;

    /// <summary>Whether the budget ends before the day does.</summary>
    public bool IsShort => Day.ReachedAt is not null;

    /// <summary>How much of it is used.</summary>
    public string Used => Day.IsRolling
        ? T["OfRequestsOfTheLast24Hours", Day.Used, Day.Allowance, Day.Share]
        : T["OfRequestsOfToday", Day.Used, Day.Allowance, Day.Share];

    /// <summary>How the day will end if it goes on like this.</summary>
    public string Outlook => Day switch
    {
        { ReachedAt: { } at } when Day.Used >= Day.Allowance => T["AllAreUsedUpWorkWaitsAndGoesOnBy"],
        { ReachedAt: { } at } => T["AtAnHourTheyAreUsedUpAtUTCThen", Day.PerHour, at.UtcDateTime],
        { PerHour: < 1 } => T["HardlyAnyAreUsedAtTheMoment"],
        { IsRolling: true } => T["AtAnHourADayComesToAbout", Day.PerHour, Day.AtEnd],
        _ => T["AtAnHourTheDayEndsWithAbout", Day.PerHour, Day.AtEnd],
    };
}
