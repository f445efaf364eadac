using CrmSync.Pipeline.Honesty;
using Shouldly;
using Xunit;
using static CrmSync.Pipeline.Honesty.SalesStage;

namespace CrmSync.Tests.Honesty;

public sealed class ShownStageTests
{
    private static SalesStage? Last(params StageSign[] signs) => ShownStage.Trace(signs) is { Count: > 0 } steps ? steps[^1].Stage : null;

    [Fact]
    public void Trace_NoActivityOrNoneThatTells_ShowsNothing()
    {
        Last().ShouldBeNull();
        Last(Deals.Sign(0, null), Deals.Sign(1, null)).ShouldBeNull();
    }

    [Fact]
    public void Trace_FollowUps_MoveNothing()
    {
        Last(Deals.Sign(0, FollowUp)).ShouldBe(FollowUp);
        Last(Deals.Sign(0, Negotiation), Deals.Sign(5, FollowUp), Deals.Sign(9, FollowUp)).ShouldBe(Negotiation);
        Last(Deals.Sign(0, FollowUp), Deals.Sign(5, Demo)).ShouldBe(Demo);
    }

    [Fact]
    public void Trace_AnyOrderOfReading_IsTheOrderOfTime() =>
        ShownStage.Trace([Deals.Sign(9, Negotiation), Deals.Sign(0, Discovery), Deals.Sign(4, Demo)]).Select(step => step.Stage).ShouldBe([Discovery, Demo, Negotiation]);

    [Fact]
    public void Trace_OneEarlierStage_DoesNotUndoALaterOneAndTwoDaysOfItDo()
    {
        Last(Deals.Sign(0, Negotiation), Deals.Sign(5, Discovery)).ShouldBe(Negotiation);
        Last(Deals.Sign(0, Negotiation), Deals.Sign(5, Discovery, id: 50), Deals.Sign(5, Discovery, id: 51)).ShouldBe(Negotiation, "both stand on one day");
        Last(Deals.Sign(0, Negotiation), Deals.Sign(5, Discovery), Deals.Sign(6, Negotiation), Deals.Sign(7, Discovery)).ShouldBe(Negotiation, "they are not in a row");
        Last(Deals.Sign(0, Negotiation), Deals.Sign(5, Discovery), Deals.Sign(9, Demo)).ShouldBe(Demo, "the deal falls back no further than it must");
    }

    [Fact]
    public void Trace_EndThatIsNotSure_CountsOnlyTwice()
    {
        Last(Deals.Sign(0, Demo), Deals.Sign(5, ClosedWon, 0.6)).ShouldBe(Demo);
        Last(Deals.Sign(0, Demo), Deals.Sign(5, ClosedWon, 0.6), Deals.Sign(8, ClosedWon, 0.6)).ShouldBe(ClosedWon);
        Last(Deals.Sign(0, Demo), Deals.Sign(5, ClosedWon, 0.6), Deals.Sign(8, ClosedLost, 0.6)).ShouldBe(Demo, "they contradict each other");
        Last(Deals.Sign(0, Demo), Deals.Sign(5, ClosedLost, 0.76)).ShouldBe(ClosedLost);
    }

    [Fact]
    public void Trace_WonAndThenLost_TheLaterSureWordCounts() => Last(Deals.Sign(0, ClosedWon), Deals.Sign(5, ClosedLost)).ShouldBe(ClosedLost);

    [Fact]
    public void Trace_TalkAfterTheEnd_Reopens()
    {
        Last(Deals.Sign(0, ClosedLost), Deals.Sign(20, Demo)).ShouldBe(Demo);
        ShownStage.Trace([Deals.Sign(0, ClosedLost), Deals.Sign(20, Demo)])[^1].Reopened.ShouldBeTrue();
        Last(Deals.Sign(0, ClosedLost), Deals.Sign(20, Demo, engaged: false)).ShouldBe(ClosedLost, "outreach opens nothing");
        Last(Deals.Sign(0, ClosedLost, id: 1), Deals.Sign(0, Demo, id: 2)).ShouldBe(ClosedLost, "it stands on the day of the end");
        Last(Deals.Sign(0, ClosedWon), Deals.Sign(20, Demo)).ShouldBe(ClosedWon, "what follows a sale looks like a demo");
        Last(Deals.Sign(0, ClosedWon), Deals.Sign(20, Demo), Deals.Sign(22, Negotiation)).ShouldBe(Negotiation);
    }

    [Fact]
    public void Trace_SeveralOfOneStage_SupportOneStepAndTheSurestSpeaks()
    {
        var step = ShownStage.Trace([Deals.Sign(0, Demo, 0.7), Deals.Sign(3, Demo, 0.95), Deals.Sign(4, FollowUp)]).ShouldHaveSingleItem();
        step.Support.Count.ShouldBe(2);
        step.Confidence.ShouldBe(0.95);
        step.At.ShouldBe(Deals.Start);
    }
}
