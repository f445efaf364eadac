using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Reconciling;

public sealed class ReconcilePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static CompareWindow? Plan(DateTimeOffset? watermark, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        ReconcileStarter.Plan("calls", new ReconcileAsk { From = from, To = to }, Now.AddYears(-1), watermark, Now.AddHours(-1));

    [Fact]
    public void Plan_PollsAreUpToDate_EndsAtTheHorizon() =>
        Plan(Now.AddMinutes(-1)).ShouldBe(new CompareWindow("calls", Now.AddYears(-1), Now.AddHours(-1)));

    [Fact]
    public void Plan_PollsAreBehind_EndsWhereTheyArrived() => Plan(Now.AddDays(-2))!.Until.ShouldBe(Now.AddDays(-2));

    [Fact]
    public void Plan_NothingReadToTheEndYet_ComparesNothing() => Plan(null).ShouldBeNull();

    [Fact]
    public void Plan_RangeAskedFor_StaysInsideOfItAndOfHistoryInWholeSeconds()
    {
        Plan(Now, Now.AddDays(-3).AddMilliseconds(1), Now.AddDays(-2).AddMilliseconds(999))
            .ShouldBe(new CompareWindow("calls", Now.AddDays(-3).AddSeconds(1), Now.AddDays(-2)));
        Plan(Now, Now.AddYears(-5), Now.AddDays(5)).ShouldBe(new CompareWindow("calls", Now.AddYears(-1), Now.AddHours(-1)));
        Plan(Now, Now.AddMinutes(-30)).ShouldBeNull();
    }

    [Fact]
    public void Position_ThroughItsText_IsTheSame()
    {
        var begin = ReconcilePosition.Begin(new CompareWindow("calls", DateTimeOffset.UnixEpoch.AddSeconds(-7), Now));
        var halved = begin.HalveFirst().HalveFirst();
        halved.Windows.Count.ShouldBe(3);
        halved.Windows.Zip(halved.Windows.Skip(1)).ShouldAllBe(pair => pair.First.Until == pair.Second.From);
        var read = ReconcilePosition.Parse(halved.AfterFirst(hidden: 2).ToString(), "calls");
        read.Windows.ShouldBe(halved.Windows.Skip(1));
        read.Hidden.ShouldBe(2);

        var labels = begin.AfterFirst(hidden: 1).AfterLabels(40, new LabelCursor(Now, 5, 9));
        var again = ReconcilePosition.Parse(labels.ToString(), "calls");
        (again.Hidden, again.Checked, again.Cursor, again.Windows.Count).ShouldBe((1, 40, new LabelCursor(Now, 5, 9), 0));
        Should.Throw<FormatException>(() => ReconcilePosition.Parse("something", "calls"));
    }
}
