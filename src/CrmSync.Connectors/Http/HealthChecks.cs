using System.Globalization;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>Lines of <c>doctor</c> that mean the same for every CRM.</summary>
internal static class HealthChecks
{
    private static readonly TimeSpan ToleratedDifference = TimeSpan.FromMinutes(1);

    /// <summary>A failure as a line; waiting for a quota is a warning.</summary>
    public static HealthCheck Failed(string name, Failure failure) =>
        new(name, failure.Category == FailureCategory.Wait ? HealthState.Warn : HealthState.Fail, failure.Message, failure.Fix);

    /// <summary>What is left of the day.</summary>
    public static HealthCheck Quota(DayMeter day, DateTimeOffset now)
    {
        if (day.Remaining is not { } remaining)
        {
            return new HealthCheck("Quota", HealthState.Pass, string.Create(
                CultureInfo.InvariantCulture, $"{day.Used(now):N0} requests counted today; the CRM names no remainder."));
        }

        var sentence = string.Create(CultureInfo.InvariantCulture, $"{remaining:N0} of {day.Limit:N0} requests are left today, {day.Used(now):N0} were ours.");
        return remaining < day.Limit / 10
            ? new HealthCheck("Quota", HealthState.Warn, sentence, "Lower Budget:DayShare, or find out which application uses the rest.")
            : new HealthCheck("Quota", HealthState.Pass, sentence);
    }

    /// <summary>Whether our clock agrees with the CRM's: scans end "now minus settle", so a clock ahead would skip records.</summary>
    public static HealthCheck Clock(TimeSpan? difference) => difference switch
    {
        null => new HealthCheck("Clock", HealthState.Pass, "The CRM does not say its time."),
        { } apart when apart.Duration() <= ToleratedDifference => new HealthCheck("Clock", HealthState.Pass, "This machine's clock agrees with the CRM's."),
        { } apart => new HealthCheck("Clock", HealthState.Warn,
            string.Create(CultureInfo.InvariantCulture, $"This machine's clock is {Math.Abs(apart.TotalSeconds):F0} s {(apart < TimeSpan.Zero ? "ahead of" : "behind")} the CRM's."),
            "Let the machine take its time from a time server."),
    };
}
