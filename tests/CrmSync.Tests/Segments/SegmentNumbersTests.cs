using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;
using Shouldly;
using Xunit;
using static CrmSync.Tests.Segments.SegmentRoom;

namespace CrmSync.Tests.Segments;

public sealed class SegmentNumbersTests
{
    [Fact]
    public void Of_BillPayment_CountsDealsAndKeepsCurrenciesApart()
    {
        var numbers = NumbersMaker.Of(BillPayment(), Options, Now, [new Share(16, 32), new Share(20, 60)]);

        numbers.Wins.ShouldBe(new Share(16, 32));
        numbers.OpenDeals.ShouldBe(8);
        numbers.WinRate!.Value.Value.ShouldBe(0.5);
        numbers.SmoothedWinRate!.Value.Value.ShouldBeInRange(0.39, 0.5);
        numbers.Amounts.Select(amount => (amount.Currency, amount.Deals)).ShouldBe([("EUR", 8), ("USD", 8)]);
        numbers.Amounts.ShouldAllBe(amount => amount.Amount == null);
        NumberWords.Amount(numbers.Amounts[0], Options).ShouldBe("too few (8 of 10) EUR");
        numbers.Cycle!.Value.ShouldBe(new Middle(35, 35, 35, 16));
    }

    [Fact]
    public void Stages_OpenDeals_AreCensoredAndTheClosingStageIsNotWaitedIn()
    {
        var stages = NumbersMaker.Of(BillPayment(), Options, Now).Stages;

        // 40 first stays, and 16 lost deals come back once.
        stages.Select(stage => (stage.Stage, stage.Curve.Spells, stage.Curve.Ended)).ShouldBe([("Discovery", 56, 56), ("Demo", 40, 32)]);
        NumberWords.Stage(stages[1], Options).ShouldStartWith("median 25 days");
        NumberWords.Stage(stages[1], Options).ShouldEndWith("8 of 40 are still in it");
    }

    [Fact]
    public void Tally_SameDealTwiceReopenedAndCorrected_NeverDrifts()
    {
        var deals = BillPayment().Deals.ToList();
        var tally = DealTally.Of(deals);

        DealTally.Of([.. deals, .. deals]).Wins.ShouldBe(tally.Wins);
        var reopened = tally.With(deals[0] with { Outcome = DealOutcome.Open, ClosedAt = null });
        reopened.Wins.ShouldBe(new Share(15, 31));
        reopened.With(deals[0] with { Outcome = DealOutcome.Lost, Owner = "r9" }).Reps["r9"].ShouldBe(new Share(0, 1));
        reopened.With(deals[0]).Reps.ShouldBe(tally.Reps);
        deals.Aggregate(tally, (rest, deal) => rest.Without(deal.Id)).Reps.ShouldBeEmpty();
    }

    [Fact]
    public void Approaches_RemindersInOneStretch_AreOneApproach()
    {
        AccountFacts account = new("x")
        {
            Notes =
            [
                Note("1", 0, "a", NoteSide.Seller), Note("2", 3, "b", NoteSide.Seller), Note("3", 6, "c", NoteSide.Seller), Note("4", 8, "answer"),
                Note("5", 40, "d", NoteSide.Seller), Note("6", 100, "e", NoteSide.Seller), Note("7", 105, "f", NoteSide.Unknown, meeting: true),
                Note("8", 195, "too young to tell", NoteSide.Seller),
            ],
        };

        var rates = EngagementRates.Of([account], Start, Day(200), Options);

        rates.Answered.ShouldBe(new Share(1, 3));
        rates.Met.ShouldBe(new Share(1, 3));
        EngagementRates.Of([account], Start, Day(30), Options, Day(200)).Answered.ShouldBe(new Share(1, 1));
    }

    [Fact]
    public void Reps_OneRepAlone_SaysThatThereIsNothingToCompare()
    {
        var facts = new SegmentFacts("s", "S", [.. BillPayment().Accounts.Select(account => account with { Deals = [.. account.Deals.Select(deal => deal with { Owner = "only" })] })]);

        NumberWords.Reps(NumbersMaker.Of(facts, Options, Now), Options).ShouldContain("nothing to compare");
        NumberWords.Reps(NumbersMaker.Of(BillPayment(), Options, Now), Options).ShouldStartWith("2 reps win ");
    }

    [Fact]
    public void Options_Nonsense_IsNamedFaultByFault() =>
        new NumberOptions { FewestAccounts = 0, AnswerWithin = TimeSpan.Zero }.Validate().Count.ShouldBe(2);
}
