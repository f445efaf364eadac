using CrmSync.Pipeline.Honesty;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Honesty;

public sealed class StageGuessTests
{
    // The stages that both CRMs ship, and what companies make of them.
    [Theory]
    [InlineData("Appointment Scheduled", SalesStage.Discovery)]
    [InlineData("Qualified To Buy", SalesStage.Discovery)]
    [InlineData("Presentation Scheduled", SalesStage.Demo)]
    [InlineData("Contract Sent", SalesStage.Negotiation)]
    [InlineData("Prospecting", SalesStage.Discovery)]
    [InlineData("Needs Analysis", SalesStage.Discovery)]
    [InlineData("Value Proposition", SalesStage.Demo)]
    [InlineData("Id. Decision Makers", SalesStage.Discovery)]
    [InlineData("Proposal/Price Quote", SalesStage.Negotiation)]
    [InlineData("Negotiation/Review", SalesStage.Negotiation)]
    [InlineData("Vertragsverhandlung", SalesStage.Negotiation)]
    [InlineData("Négociation", SalesStage.Negotiation)]
    [InlineData("Follow-Up", SalesStage.FollowUp)]
    [InlineData("Won, waiting for signature", SalesStage.Negotiation)]
    public void Of_NameOfAnOpenStage_SaysWhatItMeans(string name, SalesStage expected) =>
        StageGuess.Of(Deals.Stage("x", name, 0.5)).ShouldBe(new StageMeaning(expected, StageSource.Name));

    [Fact]
    public void Of_ClosedStage_TheMarkOfTheCrmCountsMoreThanTheName()
    {
        StageGuess.Of(Deals.Stage("x", "Demo", 1, closed: true)).ShouldBe(new StageMeaning(SalesStage.ClosedWon, StageSource.Closed));
        StageGuess.Of(Deals.Stage("x", "Won", 0, closed: true)).ShouldBe(new StageMeaning(SalesStage.ClosedLost, StageSource.Closed));
    }

    [Theory]
    [InlineData(0.1, SalesStage.Discovery)]
    [InlineData(0.4, SalesStage.Demo)]
    [InlineData(0.9, SalesStage.Negotiation)]
    [InlineData(null, null)]
    public void Of_NameThatTellsNothing_TheProbabilityDoes(double? probability, SalesStage? expected) => StageGuess.Of(Deals.Stage("x", "Etappe 3", probability)).Stage.ShouldBe(expected);

    [Fact]
    public void Find_StageThatTheCrmDoesNotList_IsReadFromItsId()
    {
        Deals.Book.Find("other", "closedlost").Stage.ShouldBe(SalesStage.ClosedLost);
        Deals.Book.Find(null, "4711").Stage.ShouldBeNull();
        Deals.Book.Find(null, null).Stage.ShouldBeNull();
    }
}
