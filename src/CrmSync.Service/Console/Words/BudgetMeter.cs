using System.Globalization;
using CrmSync.Pipeline.Budgets;

namespace CrmSync.Service.Console.Words;

/// <summary>A day's requests as a meter, with the same in words.</summary>
/// <param name="Day">How it stands.</param>
/// <param name="Id">Makes the meter's name on the page unique.</param>
/// <param name="Now">Now.</param>
internal sealed record BudgetMeter(BudgetForecast Day, long Id, DateTimeOffset Now)
{
    /// <summary>From where on the meter is drawn as high.</summary>
    public long High => Day.Allowance * 8 / 10;

    /// <summary>Whether the budget ends before the day does.</summary>
    public bool IsShort => Day.ReachedAt is not null;

    /// <summary>How much of it is used.</summary>
    public string Used => string.Create(
        CultureInfo.InvariantCulture, $"{Day.Used:N0} of {Day.Allowance:N0} requests of {(Day.IsRolling ? "the last 24 hours" : "today")} ({Day.Share:P0})");

    /// <summary>How the day will end if it goes on like this.</summary>
    public string Outlook => Day switch
    {
        { ReachedAt: { } at } when Day.Used >= Day.Allowance => "All are used up; work waits and goes on by itself.",
        { ReachedAt: { } at } => string.Create(CultureInfo.InvariantCulture, $"At {Day.PerHour:N0} an hour they are used up at {at.UtcDateTime:HH:mm} UTC; then work waits."),
        { PerHour: < 1 } => "Hardly any are used at the moment.",
        { IsRolling: true } => string.Create(CultureInfo.InvariantCulture, $"At {Day.PerHour:N0} an hour a day comes to about {Day.AtEnd:N0}."),
        _ => string.Create(CultureInfo.InvariantCulture, $"At {Day.PerHour:N0} an hour the day ends with about {Day.AtEnd:N0}."),
    };
}
