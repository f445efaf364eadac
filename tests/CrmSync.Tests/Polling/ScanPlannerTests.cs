using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using FsCheck.Fluent;
using FsCheck;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Polling;

public sealed class ScanPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Begin = Now.AddDays(-365);
    private static readonly PollingOptions Options = new();

    [Fact]
    public void Plan_SettledWithoutWatermark_ReadsAllHistoryUpToTheSettledInstant()
    {
        var plan = ScanPlanner.Plan(RunKind.PollSettled, "notes", null, Begin, Now, Options)!;
        plan.From.ShouldBe(Begin);
        plan.To.ShouldBe(Now - Options.Settle);
    }

    [Fact]
    public void Plan_SettledWithWatermark_OverlapsIt()
    {
        var watermark = Now.AddMinutes(-5);
        var plan = ScanPlanner.Plan(RunKind.PollSettled, "notes", new ScanMarks(watermark, null), Begin, Now, Options)!;
        plan.From.ShouldBe(watermark - Options.Overlap);
    }

    [Fact]
    public void Plan_ReachBack_GoesTwoHoursBehindTheWatermark()
    {
        var watermark = Now.AddMinutes(-5);
        ScanPlanner.Plan(RunKind.PollReachBack, "notes", new ScanMarks(watermark, null), Begin, Now, Options)!.From.ShouldBe(watermark.AddHours(-2));
    }

    [Fact]
    public void Plan_FreshAfterLongSilence_LeavesTheOldPartToTheSettledScan()
    {
        var marks = new ScanMarks(Now.AddHours(-9), Now.AddHours(-9));
        ScanPlanner.Plan(RunKind.PollFresh, "notes", marks, Begin, Now, Options)!.From.ShouldBe(Now - Options.FreshReach);
    }

    [Fact]
    public void Plan_FreshAfterFresh_OverlapsTheLastOne()
    {
        var marks = new ScanMarks(null, Now.AddSeconds(-5));
        var plan = ScanPlanner.Plan(RunKind.PollFresh, "notes", marks, Begin, Now, Options)!;
        plan.From.ShouldBe(Now.AddSeconds(-5) - Options.FreshOverlap);
        plan.To.ShouldBe(Now);
    }

    [Fact]
    public void Plan_ClockSetBackBehindTheWatermark_PlansNothing() =>
        ScanPlanner.Plan(RunKind.PollSettled, "notes", new ScanMarks(Now.AddMinutes(3), null), Begin, Now, Options).ShouldBeNull();

    [Fact]
    public void Plan_AnyMarks_NeverRunsBackwardsNorBeforeHistory() =>
        Prop.ForAll(
            Gen.Choose(-4_000_000, 4_000_000).Two().SelectMany(seconds => Gen.Elements(RunKind.PollFresh, RunKind.PollSettled, RunKind.PollReachBack), (seconds, kind) => (seconds, kind)).ToArbitrary(),
            given =>
            {
                var marks = new ScanMarks(Now.AddSeconds(given.seconds.Item1), Now.AddSeconds(given.seconds.Item2));
                var plan = ScanPlanner.Plan(given.kind, "notes", marks, Begin, Now, Options);
                if (plan is null)
                    return true;
                // A settled scan must leave no hole behind the watermark and must end beyond it; a hole or a step back would lose rows.
                var noHole = given.kind == RunKind.PollFresh || (plan.From <= marks.Watermark && plan.To > marks.Watermark);
                return plan.From < plan.To && plan.From >= Begin && plan.To <= Now && noHole;
            }).QuickCheckThrowOnFailure();
}
