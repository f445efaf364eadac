using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Budgets;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Alerts;

public sealed class AlertRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly AlertOptions Options = new() { PassingCodes = new HashSet<string> { "hubspot.rate_limited" } };
    private static readonly ConnectionSigns Hub = new(1, "hub", "HubSpot");

    [Fact]
    public void Judge_NothingWrong_EverythingIsFine() =>
        Judge(Signs(Hub)).ShouldAllBe(verdict => verdict.State == AlertState.Fine);

    [Theory]
    [InlineData(2, null, "hubspot.token_revoked", AlertState.Fine)]    // not for long enough
    [InlineData(4, null, "hubspot.token_revoked", AlertState.Broken)]
    [InlineData(4, 1, "hubspot.token_revoked", AlertState.Fine)]       // something succeeded meanwhile
    [InlineData(60, 4, "hubspot.token_revoked", AlertState.Broken)]
    [InlineData(60, null, "hubspot.rate_limited", AlertState.Fine)]    // passes by waiting
    public void Judge_HeldWork_BreaksTheConnectionOnlyWithoutASuccess(int heldFor, int? succeededAgo, string code, AlertState expected)
    {
        var held = new HeldWork(false, Now.AddMinutes(-heldFor), code, "The token was revoked.", succeededAgo is { } ago ? Now.AddMinutes(-ago) : null);
        Of("connection/hub", Signs(Hub with { Held = [held] })).State.ShouldBe(expected);
    }

    [Theory]
    [InlineData(100, 4, false, AlertState.Fine)]
    [InlineData(100, 5, false, AlertState.Broken)]
    [InlineData(100, 4, true, AlertState.Broken)]   // hovers: it stays broken
    [InlineData(100, 2, true, AlertState.Fine)]
    [InlineData(10, 10, false, AlertState.Fine)]    // too few to say anything
    [InlineData(10, 1, true, AlertState.Broken)]    // too few to say that it is over
    [InlineData(0, 0, true, AlertState.Fine)]
    public void Judge_RejectedShare_HasTwoLines(int settled, int rejected, bool wasBroken, AlertState expected) =>
        Of("rejected/hub", Signs(Hub with { Settled = settled, Rejected = rejected }), wasBroken).State.ShouldBe(expected);

    [Theory]
    [InlineData(29, false, AlertState.Fine)]
    [InlineData(30, false, AlertState.Broken)]
    [InlineData(16, true, AlertState.Broken)]
    [InlineData(14, true, AlertState.Fine)]
    public void Judge_Backlog_HasTwoLines(int minutes, bool wasBroken, AlertState expected) =>
        Of("backlog/hub", Signs(Hub with { OldestDueAt = Now.AddMinutes(-minutes) }), wasBroken).State.ShouldBe(expected);

    [Theory]
    [InlineData(500, 10.0, false, AlertState.Fine)]    // 500 + 12 h * 10
    [InlineData(500, 60.0, false, AlertState.Broken)]
    [InlineData(500, 36.0, true, AlertState.Broken)]   // 932 of 1,000: no room to spare yet
    [InlineData(500, 20.0, true, AlertState.Fine)]
    [InlineData(100, 900.0, false, AlertState.Fine)]   // a tenth of the day's budget proves nothing
    [InlineData(1000, 0.0, false, AlertState.Broken)]
    public void Judge_Quota_LooksAheadToTheEndOfTheDay(long used, double perHour, bool wasBroken, AlertState expected)
    {
        var day = BudgetForecast.Of(1_000, used, perHour, Now, Now.AddHours(12), isRolling: false);
        Of("quota/hub", Signs(Hub with { Requests = day }), wasBroken).State.ShouldBe(expected);
        Of("budget/hosted", Signs(Hub) with { Hosted = day }, wasBroken).State.ShouldBe(expected);
    }

    [Theory]
    [InlineData("every 30s", 4, 60, AlertState.Fine)]
    [InlineData("every 30s", 6, 60, AlertState.Broken)]
    [InlineData("every 30s", 6, 2, AlertState.Fine)]       // this process has not watched for long enough
    [InlineData("47 * * * *", 70, 600, AlertState.Fine)]   // half a rhythm of grace
    [InlineData("47 * * * *", 120, 600, AlertState.Broken)]
    [InlineData("nonsense", 9_999, 600, null)]
    public void Judge_Schedule_IsMissedAfterItsGrace(string rhythm, int lastAgo, int watchingFor, AlertState? expected)
    {
        var signs = Signs(Hub) with
        {
            WatchingSince = Now.AddMinutes(-watchingFor), Schedules = [new ScheduleSign("hub/poll-fresh", 1, rhythm, "Etc/UTC", Now.AddMinutes(-lastAgo))],
        };
        Judge(signs).FirstOrDefault(verdict => verdict.Key == "schedule/hub/poll-fresh")?.State.ShouldBe(expected!.Value);
        Judge(signs).Any(verdict => verdict.Kind == AlertKind.Schedule).ShouldBe(expected is not null);
    }

    [Theory]
    [InlineData(true, AlertState.Broken)]
    [InlineData(false, AlertState.Fine)]
    public void Judge_Completeness_FollowsTheLatestResult(bool isIncomplete, AlertState expected) =>
        Of("completeness/hub/calls", Signs(Hub) with { Completeness = [new CompletenessSign(1, "hub", "calls", isIncomplete, "2 are missing.")] }).State.ShouldBe(expected);

    [Fact]
    public void Judge_Mix_TellsTheLabelThatMovedMost()
    {
        var verdict = Of("mix/hub/stage", Signs(Hub) with { Mixes = [Mix((100, 800), (100, 800), (300, 0))] });
        verdict.State.ShouldBe(AlertState.Broken);
        verdict.Sentence.ShouldContain("\"label-2\" went from 0");
    }

    [Fact]
    public void Judge_MixWithFewRows_SaysNothing() =>
        Judge(Signs(Hub) with { Mixes = [Mix((99, 800), (100, 800))] }).ShouldNotContain(verdict => verdict.Kind == AlertKind.Mix);

    [Fact]
    public void Index_SameSpread_IsNoneHoweverManyRows()
    {
        LabelShift.Index(Mix((100, 400), (300, 1_200)), 200)!.Value.ShouldBeLessThan(0.001);
        LabelShift.Index(Mix((100_000, 400_000), (303_000, 1_200_000)), 200)!.Value.ShouldBeLessThan(0.001);
        LabelShift.Index(Mix((300, 400), (100, 1_200)), 200)!.Value.ShouldBeGreaterThan(1);
    }

    private static LabelMix Mix(params (long Lately, long Before)[] counts) =>
        new(1, "hub", "stage", counts.Index().ToDictionary(count => $"label-{count.Index}", count => count.Item));

    private static AlertSigns Signs(ConnectionSigns connection) => new() { At = Now, WatchingSince = Now.AddDays(-1), Connections = [connection] };

    private static AlertVerdict Of(string key, AlertSigns signs, bool wasBroken = false) =>
        AlertRules.Judge(signs, wasBroken ? new HashSet<string> { key } : new HashSet<string>(), Options).Single(verdict => verdict.Key == key);

    private static IReadOnlyList<AlertVerdict> Judge(AlertSigns signs) => AlertRules.Judge(signs, new HashSet<string>(), Options);
}
