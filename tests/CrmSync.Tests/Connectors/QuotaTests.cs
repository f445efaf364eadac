using CrmSync.Connectors.Http;
using CrmSync.Connectors.HubSpot;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using System.Text.Json;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class QuotaTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Reserve_AnyArrivals_NeverExceedsTheLimitInAnyWindow() =>
        Prop.ForAll(
            Gen.Choose(1, 200).ToArbitrary(), Gen.ListOf(Gen.Choose(0, 700)).ToArbitrary(), (limit, gaps) =>
            {
                var window = TimeSpan.FromSeconds(1);
                var bucket = new PacedBucket(limit, window);
                List<DateTimeOffset> turns = [];
                var now = Noon;
                foreach (var gap in gaps.Concat(Enumerable.Repeat(0, 2 * limit)))
                {
                    now += TimeSpan.FromMilliseconds(gap % 40);
                    var turn = bucket.Reserve(now, TimeSpan.FromHours(1), out var granted);
                    granted.ShouldBeTrue();
                    turns.Add(turn);
                }

                for (var first = 0; first + limit < turns.Count; first++)
                    (turns[first + limit] - turns[first]).ShouldBeGreaterThanOrEqualTo(window);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reserve_BusyCaller_UsesAtLeastNineTenthsOfTheLimit()
    {
        var bucket = new PacedBucket(190, TimeSpan.FromSeconds(10));
        var turn = Noon;
        for (var request = 0; request < 1_900; request++)
            turn = bucket.Reserve(turn, TimeSpan.FromHours(1), out _);
        (turn - Noon).ShouldBeLessThan(TimeSpan.FromSeconds(100 / 0.9));
    }

    [Fact]
    public void Reserve_Closed_SaysWhenAndTakesNoTurn()
    {
        var bucket = new PacedBucket(10, TimeSpan.FromSeconds(1));
        bucket.Close(Noon.AddSeconds(10));
        bucket.Reserve(Noon, TimeSpan.FromSeconds(2), out var granted).ShouldBe(Noon.AddSeconds(10));
        granted.ShouldBeFalse();
        bucket.Reserve(Noon.AddSeconds(9), TimeSpan.FromSeconds(2), out granted).ShouldBe(Noon.AddSeconds(10));
        granted.ShouldBeTrue();
    }

    [Fact]
    public void Lower_HigherLimit_IsIgnored()
    {
        var bucket = new PacedBucket(1, TimeSpan.FromSeconds(1));
        bucket.Lower(100, TimeSpan.FromSeconds(1));
        bucket.Reserve(Noon, TimeSpan.FromHours(1), out _);
        bucket.Reserve(Noon, TimeSpan.FromHours(1), out _).ShouldBeGreaterThan(Noon.AddSeconds(1));
    }

    [Fact]
    public void NotBefore_ShareUsedUp_IsTheEndOfTheDayAndOpensThen()
    {
        var account = new HubSpotAccount();
        var meter = new DayMeter(10, 0.5, account.Day);
        for (var request = 0; request < 5; request++)
        {
            meter.NotBefore(Noon).ShouldBeNull();
            meter.Count(Noon);
        }

        meter.NotBefore(Noon).ShouldBe(Noon.AddHours(12));
        meter.NotBefore(Noon.AddHours(12)).ShouldBeNull();
    }

    [Fact]
    public void Observe_NothingRemaining_ClosesTheDay()
    {
        var meter = new DayMeter(1_000, 1, new HubSpotAccount().Day);
        meter.Observe(500, 0, Noon);
        meter.Limit.ShouldBe(500);
        meter.NotBefore(Noon).ShouldBe(Noon.AddHours(12));
    }

    [Theory]
    // Chicago is UTC-6 in winter; on 2026-03-08 clocks go forward at 02:00, so midnight is still UTC-6 and the next one UTC-5.
    [InlineData("America/Chicago", "2026-11-20T12:00:00Z", "2026-11-20T06:00:00Z", "2026-11-21T06:00:00Z")]
    [InlineData("America/Chicago", "2026-03-08T12:00:00Z", "2026-03-08T06:00:00Z", "2026-03-09T05:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-11-20T18:29:59Z", "2026-11-19T18:30:00Z", "2026-11-20T18:30:00Z")]
    [InlineData("No/Such", "2026-11-20T12:00:00Z", "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z")]
    public void Day_Zone_BeginsAndEndsAtTheAccountsMidnight(string zone, string now, string start, string end)
    {
        var account = new HubSpotAccount();
        account.Learn(JsonDocument.Parse($$"""{"portalId":1,"timeZone":"{{zone}}"}""").RootElement);
        var day = account.Day(DateTimeOffset.Parse(now, null));
        day.Start.ShouldBe(DateTimeOffset.Parse(start, null));
        day.End.ShouldBe(DateTimeOffset.Parse(end, null));
    }

    [Fact]
    public void NextReset_ZoneUnknown_ProbesWithinAnHour() =>
        new HubSpotAccount().NextReset(Noon).ShouldBe(Noon.AddHours(1));
}
