using CrmSync.Connectors.Http;
using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Jobs;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using System.Text.Json;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class QuotaTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Take_AnyWishesAndLimits_NeverGivesMoreThanTheLimitInAnyWindow() =>
        Prop.ForAll(
            Gen.Choose(1, 200).ToArbitrary(), Gen.ListOf(Gen.Choose(0, 900_000)).ToArbitrary(), (limit, gaps) =>
            {
                var window = TimeSpan.FromSeconds(1);
                var late = QuotaPace.Lateness(limit, window).TotalMicroseconds;
                var chance = new Random(limit);
                List<double> uses = [];
                long now = 0, next = long.MinValue;
                foreach (var gap in gaps.Concat(Enumerable.Repeat(1_000, 50)))
                {
                    now += gap;
                    var slice = QuotaPace.Take(next, 0, now, limit, window, 1 + chance.Next(limit));
                    next = slice.Next;
                    for (var turn = 0; turn < slice.Count; turn++)
                        uses.Add(slice.FirstAt + (turn * slice.Interval) + (late * chance.NextDouble()));
                    if (slice.Count == 0)
                        slice.FirstAt.ShouldBeGreaterThan(now);
                    else
                        (slice.FirstAt + ((slice.Count - 1) * slice.Interval)).ShouldBeLessThanOrEqualTo(now + 1_000_000);
                }

                uses.Sort();
                for (var first = 0; first + limit < uses.Count; first++)
                    (uses[first + limit] - uses[first]).ShouldBeGreaterThanOrEqualTo(window.TotalMicroseconds);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void Take_Closed_SaysWhenAndTakesNoTurn()
    {
        var slice = QuotaPace.Take(long.MinValue, 10_000_000, 0, 10, TimeSpan.FromSeconds(1), 5);
        (slice.Count, slice.FirstAt, slice.Next).ShouldBe((0, 10_000_000, long.MinValue));
        slice = QuotaPace.Take(long.MinValue, 10_000_000, 9_500_000, 10, TimeSpan.FromSeconds(1), 5);
        (slice.Count, slice.FirstAt).ShouldBe((5, 10_000_000));
    }

    [Fact]
    public void Observe_NothingRemaining_ClosesTheDay()
    {
        var meter = new DayMeter(1_000, 1, new HubSpotAccount().Day);
        meter.Observe(500, 0, Noon);
        (meter.Limit, meter.Allowance).ShouldBe((500, 500));
        meter.NotBefore(Noon).ShouldBe(Noon.AddHours(12));
        meter.NotBefore(Noon.AddHours(12)).ShouldBeNull();
    }

    [Fact]
    public void Observe_LimitAboveTheConfiguredOne_ChangesNothing()
    {
        var meter = new DayMeter(1_000, 0.5, new HubSpotAccount().Day);
        meter.Observe(500, 100, Noon);
        meter.Observe(5_000, 100, Noon);
        meter.Allowance.ShouldBe(500);
    }

    [Fact]
    public async Task EnterAsync_AllPlacesTaken_SaysWhenToComeBackAndLosesNoPlace()
    {
        var clock = new JumpingClock();
        var gate = new QuotaGate(
            "crm", new InProcessQuotaStore(clock),
            new QuotaLimits((100, TimeSpan.FromSeconds(1)), null, new DayMeter(1_000, 1, new HubSpotAccount().Day), MaxConcurrent: 2), clock);
        var first = await gate.EnterAsync(QuotaBucket.Burst, Token);
        using var second = await gate.EnterAsync(QuotaBucket.Burst, Token);

        (await Should.ThrowAsync<QuotaWaitException>(async () => await gate.EnterAsync(QuotaBucket.Burst, Token))).NotBefore.ShouldBeGreaterThan(clock.GetUtcNow());

        first.Dispose();
        using var third = await gate.EnterAsync(QuotaBucket.Burst, Token);
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
