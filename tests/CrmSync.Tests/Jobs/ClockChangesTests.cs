using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Jobs;

public sealed class ClockChangesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    [Fact]
    public void Find_TimeInsideTheHourThatChanges_NamesBothChangesOfTheYear()
    {
        var changes = Find("30 2 * * *", "Europe/Berlin");

        changes.Count.ShouldBe(2);
        (changes[0].IsGap, changes[0].At, changes[0].Times.ShouldHaveSingleItem())
            .ShouldBe((true, new DateTimeOffset(2027, 3, 28, 1, 0, 0, TimeSpan.Zero), new DateTime(2027, 3, 28, 2, 30, 0)));
        (changes[1].IsGap, changes[1].At, changes[1].Times.ShouldHaveSingleItem())
            .ShouldBe((false, new DateTimeOffset(2027, 10, 31, 1, 0, 0, TimeSpan.Zero), new DateTime(2027, 10, 31, 2, 30, 0)));
        (changes[0].From.Hour, changes[0].To.Hour, changes[1].From.Hour, changes[1].To.Hour).ShouldBe((2, 3, 3, 2));
    }

    [Theory]
    [InlineData("0 6 * * *", "Europe/Berlin")]
    [InlineData("30 2 * * *", "UTC")]
    [InlineData("30 2 * * 1-5", "Europe/Berlin")]
    [InlineData("every 30s", "Europe/Berlin")]
    [InlineData("0 3 * * *", "Europe/Berlin")]
    public void Find_TimesThatNoChangeTouches_FindsNothing(string rhythm, string zone) => Find(rhythm, zone).ShouldBeEmpty();

    [Fact]
    public void Find_RhythmOfMinutes_NamesTheFirstTimesAndSaysThatThereAreMore()
    {
        var change = Find("*/5 * * * *", "America/New_York")[0];

        change.Times.ShouldBe([new DateTime(2027, 3, 14, 2, 0, 0), new DateTime(2027, 3, 14, 2, 5, 0), new DateTime(2027, 3, 14, 2, 10, 0)]);
        change.More.ShouldBeTrue();
    }

    [Fact]
    public void Find_ZoneWithHalfAnHour_LooksAtThatHalfHourOnly()
    {
        Find("15 2 * * *", "Australia/Lord_Howe").Count.ShouldBe(1, "clocks go from 02:00 to 02:30");
        Find("45 2 * * *", "Australia/Lord_Howe").ShouldBeEmpty();
    }

    private static IReadOnlyList<ClockChange> Find(string rhythm, string zone) => ClockChanges.Find(Recurrence.Parse(rhythm, zone), Now, Year);
}
