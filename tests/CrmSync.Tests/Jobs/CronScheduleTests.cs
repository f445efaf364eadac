using System.Globalization;
using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Jobs;

public sealed class CronScheduleTests
{
    [Theory]
    // Germany sets clocks forward on 2026-03-29 at 02:00 to 03:00 and back on 2026-10-25 at 03:00 to 02:00.
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00")]
    [InlineData("*/15 2 * * *", "Europe/Berlin", "2026-03-29T01:59:59+01:00", "2026-03-29T03:00:00+02:00")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00+02:00", "2026-10-25T02:30:00+02:00")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2026-10-25T02:15:00+01:00", "2026-10-26T02:30:00+01:00")]
    [InlineData("0 2 * * SUN", "America/New_York", "2026-03-07T12:00:00-05:00", "2026-03-08T03:00:00-04:00")]
    [InlineData("30 1 * * *", "America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00")]
    // Lord Howe moves by half an hour: 2026-10-04 02:00 becomes 02:30, 2026-04-05 02:00 becomes 01:30.
    [InlineData("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T20:00:00+10:30", "2026-10-04T02:30:00+11:00")]
    [InlineData("45 1 * * *", "Australia/Lord_Howe", "2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30")]
    [InlineData("45 5 * * *", "Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z")]
    // Samoa moved its standard offset across the date line and had no 2011-12-30.
    [InlineData("0 12 30 12 *", "Pacific/Apia", "2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00")]
    public void NextAfter_AroundClockChanges_GapAtItsEndOverlapOnce(string text, string zone, string after, string expected) =>
        Cron(text, zone).NextAfter(At(after)).ShouldBe(At(expected));

    [Theory]
    [InlineData("0 0 13 * FRI", "2026-11-01T00:00:00Z", "2026-11-06T00:00:00Z")]
    [InlineData("0 0 13 * FRI", "2026-11-06T00:00:00Z", "2026-11-13T00:00:00Z")]
    [InlineData("0 0 10 * FRI", "2026-11-06T00:00:00Z", "2026-11-10T00:00:00Z")]
    [InlineData("0 0 */2 * FRI", "2026-11-01T00:00:00Z", "2026-11-13T00:00:00Z")]
    [InlineData("0 0 13 * *", "2026-11-01T00:00:00Z", "2026-11-13T00:00:00Z")]
    public void NextAfter_DayFields_EitherWhenBothRestricted(string text, string after, string expected) =>
        Cron(text, "UTC").NextAfter(At(after)).ShouldBe(At(expected));

    [Theory]
    [InlineData("0 0 * * 7", "0 0 * * 0")]
    [InlineData("0 0 * * SAT-SUN", "0 0 * * 0,6")]
    [InlineData("0 0 * * 5-7", "0 0 * * FRI,sat,Sun")]
    [InlineData("0 0 1 jan-Mar *", "0 0 1 1,2,3 *")]
    [InlineData("5/20 * * * *", "5,25,45 * * * *")]
    [InlineData("10-30/10 * * * *", "10,20,30 * * * *")]
    [InlineData("@hourly", "0 * * * *")]
    [InlineData("@DAILY", "0 0 * * *")]
    [InlineData("@weekly", "0 0 * * 0")]
    [InlineData("@monthly", "0 0 1 * *")]
    [InlineData("@yearly", "0 0 1 1 *")]
    public void Parse_TwoSpellings_MeanTheSame(string one, string other) => Cron(one, "UTC").Fields.ShouldBe(Cron(other, "UTC").Fields);

    [Theory]
    [InlineData("60 * * * *", "minute")]
    [InlineData("* 24 * * *", "hour")]
    [InlineData("* * 0 * *", "day of month")]
    [InlineData("* * 32 * *", "day of month")]
    [InlineData("* * * 13 *", "month")]
    [InlineData("* * * FOO *", "JAN")]
    [InlineData("* * * * 8", "day of week")]
    [InlineData("* 22-2 * * *", "22-23,0-2")]
    [InlineData("*/0 * * * *", "step")]
    [InlineData("1,,2 * * * *", "missing")]
    [InlineData("- * * * *", "missing")]
    [InlineData("1/ * * * *", "step")]
    [InlineData("+1 * * * *", "minute")]
    [InlineData("* * * *", "four|five")]
    [InlineData("* * * * * *", "six|five")]
    [InlineData("0 0 31 2 *", "never")]
    [InlineData("0 0 31 4,6,9,11 *", "never")]
    [InlineData("@reboot", "@hourly")]
    [InlineData("", "needs a time")]
    [InlineData("every", "every 15s")]
    [InlineData("every 0s", "1s to 24h")]
    [InlineData("every 25h", "1s to 24h")]
    [InlineData("every 5 parsecs", "every 15s")]
    [InlineData("every99999999999999s", "every 15s")]
    public void TryParse_Faulty_SaysWhatInOneSentence(string text, string part)
    {
        Recurrence.TryParse(text, "UTC", out var recurrence, out var fault).ShouldBeFalse();

        recurrence.ShouldBeNull();
        part.Split('|').ShouldContain(word => fault!.Contains(word, StringComparison.Ordinal), fault);
        fault.ShouldEndWith(".");
        Should.Throw<FormatException>(() => Recurrence.Parse(text, "UTC")).Message.ShouldBe(fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Berlin")]
    [InlineData("W. Europe Standard Time")]
    [InlineData("../../etc/passwd")]
    public void TryParse_UnknownZone_SaysSo(string zone)
    {
        Recurrence.TryParse("@daily", zone, out _, out var fault).ShouldBeFalse();
        fault.ShouldContain("time zone");
    }

    [Fact]
    public void TryParse_EndlessText_IsRefused() => Recurrence.TryParse(new string('*', 100_000), "UTC", out _, out _).ShouldBeFalse();

    [Theory]
    [InlineData("30 2 * * *", "at 02:30 every day (Europe/Berlin)")]
    [InlineData("0 9,17 * * MON-FRI", "at 09:00 and 17:00 on Monday to Friday (Europe/Berlin)")]
    [InlineData("*/5 * * * *", "every 5 minutes (Europe/Berlin)")]
    [InlineData("* * * * *", "every minute (Europe/Berlin)")]
    [InlineData("0 * * * *", "at minute 0 of every hour (Europe/Berlin)")]
    [InlineData("*/15 8-17 * * 1-5", "every 15 minutes during hours 8 to 17 on Monday to Friday (Europe/Berlin)")]
    [InlineData("0 0 1,15 * *", "at 00:00 on days 1 and 15 of the month (Europe/Berlin)")]
    [InlineData("0 0 13 * FRI", "at 00:00 on day 13 of the month or on Friday (Europe/Berlin)")]
    [InlineData("0 0 1 1 *", "at 00:00 on day 1 of the month in January (Europe/Berlin)")]
    [InlineData("every 15s", "every 15 seconds")]
    [InlineData("every 60m", "every hour")]
    [InlineData("EVERY 90 m", "every 90 minutes")]
    public void Describe_PlainWords(string text, string expected) => Recurrence.Parse(text, "Europe/Berlin").Describe().ShouldBe(expected);

    [Theory]
    [InlineData("  30   2 * *\t* ")]
    [InlineData("every 15s")]
    public void Text_ParsedAgain_IsEqual(string text)
    {
        var recurrence = Recurrence.Parse(text, "America/New_York");

        Recurrence.Parse(recurrence.Text, recurrence.ZoneId).ShouldBe(recurrence);
    }

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("every 2h")]
    public void NextAfter_EndsOfTheCalendar_DoNotThrow(string text)
    {
        var recurrence = Recurrence.Parse(text, "Asia/Kathmandu");

        recurrence.NextAfter(DateTimeOffset.MaxValue).ShouldBeNull();
        recurrence.NextAfter(DateTimeOffset.MinValue).ShouldNotBeNull();
    }

    private static CronSchedule Cron(string text, string zone) => Recurrence.Parse(text, zone).ShouldBeOfType<CronSchedule>();

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
