using System.Globalization;
using CrmSync.Pipeline.Jobs;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace CrmSync.Tests.Jobs;

public sealed class RecurrencePropertyTests
{
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"];
    // Around these days some of the zones change their clocks; a quarter of the cases lie elsewhere.
    private static readonly DateTimeOffset[] Days =
    [
        new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero), new(2026, 10, 24, 12, 0, 0, TimeSpan.Zero), new(2026, 3, 7, 12, 0, 0, TimeSpan.Zero),
        new(2026, 10, 31, 12, 0, 0, TimeSpan.Zero), new(2026, 4, 4, 6, 0, 0, TimeSpan.Zero), new(2026, 10, 3, 6, 0, 0, TimeSpan.Zero),
        new(2026, 12, 31, 0, 0, 0, TimeSpan.Zero), new(2028, 2, 28, 0, 0, 0, TimeSpan.Zero),
    ];

    [Fact]
    public void Cron_NextAfter_AgreesWithAScanOfEveryMinute() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)]);
            var text = RandomCron(random);
            var after = Days[random.Next(Days.Length)].AddSeconds(random.Next(36 * 3600));
            var cron = (CronSchedule)Recurrence.Parse(text, zone.Id);

            var scanned = Scan(cron.Fields, zone, after, TimeSpan.FromDays(3));
            var next = cron.NextAfter(after);

            return (scanned is null ? next > after.AddDays(3).AddMinutes(-1) : next == scanned)
                .Label($"{text} in {zone.Id} after {after:O}: scan {scanned:O}, next {next:O}");
        }));

    [Fact]
    public void Interval_NextAfter_IsTheNextPointOfTheGrid() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(Gen.Choose(1, 86400).ToArbitrary(), Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(), (seconds, offset) =>
        {
            var after = DateTimeOffset.UnixEpoch.AddSeconds(offset);
            var next = Recurrence.Parse(string.Create(CultureInfo.InvariantCulture, $"every {seconds}s"), "Europe/Berlin").NextAfter(after)!.Value;

            return next > after && next - after <= TimeSpan.FromSeconds(seconds) && next.ToUnixTimeSeconds() % seconds == 0;
        }));

    // The law itself, spelled out: walk the minutes of real time, look at the clock on the wall. Wall-clock minutes that were jumped over count at the
    // minute after the jump; minutes that were on the wall before do not count again.
    private static DateTimeOffset? Scan(CronFields fields, TimeZoneInfo zone, DateTimeOffset after, TimeSpan span)
    {
        var start = after.AddDays(-1);
        var minute = start.AddTicks(-(start.UtcTicks % TimeSpan.TicksPerMinute));
        var latest = TimeZoneInfo.ConvertTime(minute, zone).DateTime;
        for (; minute <= after + span; minute = minute.AddMinutes(1))
        {
            var wall = TimeZoneInfo.ConvertTime(minute, zone).DateTime;
            for (; latest < wall; latest = latest.AddMinutes(1))
            {
                if (Matches(fields, latest.AddMinutes(1)) && minute > after)
                    return minute;
            }
        }

        return null;
    }

    private static bool Matches(CronFields fields, DateTime wall) =>
        (fields.Minutes >> wall.Minute & 1) != 0 && (fields.Hours >> wall.Hour & 1) != 0
        && (fields.Months >> wall.Month & 1) != 0 && fields.MatchesDay(wall);

    private static string RandomCron(Random random) => string.Join(' ',
        Field(random, 0, 59), Field(random, 0, random.Next(2) == 0 ? 4 : 23), Field(random, 1, 28), Field(random, 1, 12), Field(random, 0, 7));

    private static string Field(Random random, int min, int max)
    {
        var low = random.Next(min, max + 1);
        return random.Next(6) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"*/{random.Next(1, 8)}"),
            1 => string.Create(CultureInfo.InvariantCulture, $"{low}-{random.Next(low, max + 1)}"),
            2 => string.Create(CultureInfo.InvariantCulture, $"{low},{random.Next(min, max + 1)}"),
            3 when min == 0 => low.ToString(CultureInfo.InvariantCulture),
            _ => "*",
        };
    }
}
