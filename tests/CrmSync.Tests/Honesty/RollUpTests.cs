using CrmSync.Pipeline.Honesty;
using Shouldly;
using Xunit;
using static CrmSync.Pipeline.Honesty.SalesStage;

namespace CrmSync.Tests.Honesty;

public sealed class RollUpTests
{
    private static DealCell Cell(string rep, string currency, SalesStage? reported, SalesStage? shown, DealVerdict verdict, long deals, long cents) =>
        new(rep, rep.ToUpperInvariant(), currency, reported, shown, verdict, deals, cents);

    [Fact]
    public void By_SeveralCurrencies_AreNeverAdded()
    {
        var group = RollUp.By(
        [
            Cell("ada", "EUR", Negotiation, Demo, DealVerdict.Ahead, 2, 500), Cell("ada", "USD", Negotiation, Negotiation, DealVerdict.Agrees, 1, 900),
            Cell("ada", "", Demo, Discovery, DealVerdict.Ahead, 1, 30),
        ]).ShouldHaveSingleItem();
        group.Money.Select(money => (money.Currency, money.AtStake)).ShouldBe([("USD", 0), ("EUR", 500), ("", 30)]);
        group.Money[1].Reported[(int)Negotiation].ShouldBe(500);
        group.Money[1].Shown[(int)Demo].ShouldBe(500);
    }

    [Fact]
    public void By_DealsThatCannotBeCompared_CountAsDealsAndNowhereElse()
    {
        var group = RollUp.By(
        [
            Cell("ada", "EUR", Demo, null, DealVerdict.NoEvidence, 7, 700), Cell("ada", "EUR", null, Demo, DealVerdict.Unmapped, 2, 200),
            Cell("ada", "EUR", Demo, Demo, DealVerdict.Agrees, 3, 300), Cell("ada", "EUR", Demo, Discovery, DealVerdict.Ahead, 1, 100),
        ]).ShouldHaveSingleItem();
        (group.Deals, group.Agreeing.Count, group.Agreeing.Of, group.IsSmall).ShouldBe((13, 3, 4, true));
        group.Reported.Sum().ShouldBe(group.Shown.Sum());
        group.Money.ShouldHaveSingleItem().Reported.Sum().ShouldBe(400);
    }

    [Fact]
    public void Distance_OfDistributions_IsTheShareThatWouldHaveToMove()
    {
        StageSpread.Distance([10, 0, 0], [0, 5, 0]).ShouldBe(1);
        StageSpread.Distance([2, 2], [40, 40]).ShouldBe(0);
        StageSpread.Distance([3, 1], [1, 1]).ShouldBe(0.25);
        StageSpread.Distance([0, 0], [1, 1]).ShouldBe(0);
    }

    [Fact]
    public void Of_RepWhoReportsEverythingFurther_StandsOutBeforeAndNotAfter()
    {
        var team = StageSpread.Of("North", RollUp.By(
        [
            Cell("ada", "", Negotiation, Discovery, DealVerdict.Ahead, 20, 0), Cell("tom", "", Discovery, Discovery, DealVerdict.Agrees, 20, 0),
            Cell("idle", "", Demo, null, DealVerdict.NoEvidence, 5, 0),
        ]));
        team.Reps.Count.ShouldBe(2, "nobody is judged by deals that show nothing");
        team.ReportedDistance.ShouldBe(0.5);
        team.ShownDistance.ShouldBe(0);
    }

    [Fact]
    public void ByChance_MoreDeals_LeaveLessToChance()
    {
        StageSpread.ByChance([50, 50], 5).ShouldBeGreaterThan(StageSpread.ByChance([50, 50], 500));
        StageSpread.ByChance([50, 0], 5).ShouldBe(0);
        // 100 deals of two equal stages: a mean deviation of 0.04 on each.
        StageSpread.ByChance([50, 50], 100).ShouldBe(0.0399, 0.0005);
    }
}
