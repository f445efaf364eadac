using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Budgets;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Alerts;

public sealed class QuietHoursTests
{
    [Theory]
    [InlineData("2026-03-02T20:59Z", "2026-03-02T20:59Z")]
    [InlineData("2026-03-02T21:00Z", "2026-03-03T06:00Z")]   // 22:00 in Berlin
    [InlineData("2026-03-03T05:59Z", "2026-03-03T06:00Z")]
    [InlineData("2026-03-03T06:00Z", "2026-03-03T06:00Z")]
    [InlineData("2026-03-28T23:00Z", "2026-03-29T05:00Z")]   // the clocks go forward in that night
    public void NotBefore_OverMidnight_IsTheEndOfTheHours(string at, string expected) =>
        QuietHours.Parse("Europe/Berlin", "22:00", "07:00", out _)!.NotBefore(DateTimeOffset.Parse(at, null)).ShouldBe(DateTimeOffset.Parse(expected, null));

    [Fact]
    public void NotBefore_EndThatTheClocksLeaveOut_IsTheFirstTimeThere() =>
        QuietHours.Parse("Europe/Berlin", "01:00", "02:30", out _)!.NotBefore(DateTimeOffset.Parse("2026-03-29T00:30Z", null))
            .ShouldBe(DateTimeOffset.Parse("2026-03-29T01:00Z", null));

    [Theory]
    [InlineData("Europe/Berlin", "22:00", "22:00", "two times")]
    [InlineData("Europe/Berlin", "22", "07:00", "hours and minutes")]
    [InlineData("Europe/Berlin", "22:00", null, "hours and minutes")]
    [InlineData("Mars/Olympus", "22:00", "07:00", "time zone")]
    public void Parse_WhatCannotBeRead_IsSaid(string zone, string from, string? to, string expected)
    {
        QuietHours.Parse(zone, from, to, out var fault).ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain(expected);
    }

    [Fact]
    public void Parse_Nothing_IsNoQuietHours()
    {
        QuietHours.Parse(null, null, "", out var fault).ShouldBeNull();
        fault.ShouldBeNull();
    }

    [Fact]
    public void PauseAfter_Tries_DoublesUpToTwoHours()
    {
        AlertSender.PauseAfter(1).ShouldBe(TimeSpan.FromSeconds(30));
        AlertSender.PauseAfter(3).ShouldBe(TimeSpan.FromMinutes(2));
        AlertSender.PauseAfter(500).ShouldBe(TimeSpan.FromHours(2));
    }

    [Theory]
    [InlineData(100, 0.0, false, 100, null)]
    [InlineData(100, 100.0, false, 1_300, 9.0)]
    [InlineData(1_000, 5.0, false, 1_060, 0.0)]
    [InlineData(900, 40.0, true, 960, null)]      // a rolling day gives back as fast as it takes
    [InlineData(900, 50.0, true, 1_200, 2.0)]
    public void Forecast_Day_EndsAsItGoesOn(long used, double perHour, bool isRolling, long atEnd, double? reachedAfterHours)
    {
        var now = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        var day = BudgetForecast.Of(1_000, used, perHour, now, now.AddHours(isRolling ? 24 : 12), isRolling);
        day.AtEnd.ShouldBe(atEnd);
        (day.ReachedAt - now)?.TotalHours.ShouldBe(reachedAfterHours!.Value, 0.01);
        (day.ReachedAt is null).ShouldBe(reachedAfterHours is null);
    }
}
