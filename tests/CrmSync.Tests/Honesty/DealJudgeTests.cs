using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;
using static CrmSync.Pipeline.Honesty.SalesStage;

namespace CrmSync.Tests.Honesty;

public sealed class DealJudgeTests
{
    [Theory]
    [InlineData("s1", Discovery, DealVerdict.Agrees)]
    [InlineData("s3", Negotiation, DealVerdict.Agrees)]
    [InlineData("s3", Discovery, DealVerdict.Ahead)]
    [InlineData("s2", Discovery, DealVerdict.Ahead)]
    [InlineData("s1", Negotiation, DealVerdict.Behind)]
    [InlineData("s2", ClosedWon, DealVerdict.WonOpen)]
    [InlineData("s3", ClosedLost, DealVerdict.LostOpen)]
    [InlineData("won", ClosedWon, DealVerdict.Agrees)]
    [InlineData("won", ClosedLost, DealVerdict.Contradicts)]
    [InlineData("lost", ClosedWon, DealVerdict.Contradicts)]
    [InlineData("odd", Demo, DealVerdict.Unmapped)]
    [InlineData("s4", Demo, DealVerdict.Agrees)]
    [InlineData("s4", ClosedLost, DealVerdict.LostOpen)]
    [InlineData("s1", FollowUp, DealVerdict.Agrees)]
    [InlineData("s3", FollowUp, DealVerdict.Ahead)]
    public void Judge_ReportAndOneActivity_ComparesThem(string reported, SalesStage shown, DealVerdict expected) =>
        Deals.Judge(Deals.Deal(reported, Deals.Sign(1, shown))).Verdict.ShouldBe(expected);

    [Fact]
    public void Judge_NoActivities_HasNothingToCompareAndStillClaims()
    {
        var bare = Deals.Judge(Deals.Deal("s3"));
        bare.Verdict.ShouldBe(DealVerdict.NoEvidence);
        bare.ClaimsUnshown.ShouldBeTrue("it claims Negotiation, and nothing shows one");
        (bare.LastActivityAt, bare.LastEngagedAt, bare.DisagreesSince).ShouldBe((null, null, null));
        Deals.Judge(Deals.Deal("s1")).ClaimsUnshown.ShouldBeFalse();
    }

    [Fact]
    public void Judge_ClaimOfNegotiation_IsShownByOneNegotiatingActivityOrAnOrder()
    {
        Deals.Judge(Deals.Deal("s3", Deals.Sign(1, Demo))).ClaimsUnshown.ShouldBeTrue();
        Deals.Judge(Deals.Deal("s3", Deals.Sign(1, Negotiation), Deals.Sign(2, Discovery), Deals.Sign(4, Discovery))).ClaimsUnshown.ShouldBeFalse();
        Deals.Judge(Deals.Deal("won", Deals.Sign(1, Demo))).ClaimsUnshown.ShouldBeTrue();
        Deals.Judge(Deals.Deal("won", Deals.Sign(1, ClosedWon))).ClaimsUnshown.ShouldBeFalse();
    }

    [Fact]
    public void Judge_Closed_LostInSilenceAgreesAndWonInSilenceDoesNot()
    {
        var signs = Deals.Sign(-5, Demo);
        Deals.Judge(Deals.Deal("lost", signs)).Verdict.ShouldBe(DealVerdict.Agrees);
        Deals.Judge(Deals.Deal("won", signs)).Verdict.ShouldBe(DealVerdict.WonUnproven);
    }

    [Fact]
    public void Judge_ClosedAndTheOtherSideGoesOn_IsSaidWithThatTalkAsEvidence()
    {
        var judged = Deals.Judge(Deals.Deal("lost", Deals.Sign(-5, Demo), Deals.Sign(12, Demo), Deals.Sign(13, FollowUp)));
        judged.Verdict.ShouldBe(DealVerdict.ClosedActive);
        judged.Evidence[0].ActivityId.ShouldBe(13, "the call of day 12");
        judged.DisagreesSince.ShouldBe(Deals.Start.AddDays(12));
        Deals.Judge(Deals.Deal("lost", Deals.Sign(-5, Demo), Deals.Sign(1, Demo))).Verdict.ShouldBe(DealVerdict.Agrees, "papers of the next day are no new talk");
        Deals.Judge(Deals.Deal("lost", Deals.Sign(-5, Demo), Deals.Sign(12, Demo, engaged: false))).Verdict.ShouldBe(DealVerdict.Agrees);
    }

    [Fact]
    public void Judge_DaysApart_CountFromTheDisagreementThatStillStands()
    {
        // Ahead from day 0 to 5, right from 5 to 20, ahead again since 20.
        var deal = Deals.Deal("s3", Deals.Sign(-1, Discovery), Deals.Sign(5, Demo)) with
        {
            History = [new StageChange("s2", Deals.Start), new StageChange("s3", Deals.Start.AddDays(20))],
        };
        var judged = Deals.Judge(deal);
        judged.Verdict.ShouldBe(DealVerdict.Ahead);
        judged.DisagreesSince.ShouldBe(Deals.Start.AddDays(20));
        Deals.Judge(deal with { StageId = "s2", History = [new StageChange("s2", Deals.Start)] }).DisagreesSince.ShouldBeNull();
    }

    [Fact]
    public void Judge_TwoStagesOfTheCrmWithOneMeaning_AreOneReport()
    {
        var book = new StageBook([Deals.Stage("a", "Proposal sent", 0.6), Deals.Stage("b", "Contract", 0.8)], []);
        var deal = Deals.Deal("b", Deals.Sign(0, Discovery)) with { History = [new StageChange("a", Deals.Start), new StageChange("b", Deals.Start.AddDays(30))] };
        DealJudge.Judge(deal, book, Deals.Now).ReportedSince.ShouldBe(Deals.Start);
    }

    [Fact]
    public void Judge_NoHistoryOrOneThatEndsElsewhere_TakesTheRecordsOwnTimes()
    {
        Deals.Judge(Deals.Deal("s3", Deals.Sign(1, Demo)) with { History = [] }).ReportedSince.ShouldBe(Deals.Start, "when it was created");
        Deals.Judge(Deals.Deal("s3", Deals.Sign(1, Demo)) with { History = [new StageChange("s1", Deals.Start)] }).ReportedSince.ShouldBe(Deals.Start.AddDays(1), "when it was last modified");
    }

    [Fact]
    public void Judge_ActivitiesOfTomorrow_ShowNothingYet()
    {
        var judged = Deals.Judge(Deals.Deal("s1", Deals.Sign(1, Discovery), Deals.Sign(101, Negotiation)));
        judged.Shown.ShouldBe(Discovery);
        judged.Activities.ShouldBe(1);
    }

    [Fact]
    public void Judge_StageThatAnOperatorLeftOut_IsNotCompared()
    {
        var book = new StageBook([Deals.Stage("s3", "Negotiation", 0.7)], [new StageChoice("default", "s3", null)]);
        DealJudge.Judge(Deals.Deal("s3", Deals.Sign(1, Discovery)), book, Deals.Now).Verdict.ShouldBe(DealVerdict.Unmapped);
    }

    [Fact]
    public void PlaceOf_OnePersonInTwoCrms_IsOneRepAndNamesakesAreNot()
    {
        DealPlace Of(long connection, CrmOwner? owner) => DealJudge.PlaceOf(Deals.Deal("s1") with { ConnectionId = connection, OwnerId = owner?.ExternalId ?? "9", Owner = owner });
        Of(1, new CrmOwner("1", null, "Ada Thorn", "ada@x.example", true)).Rep.ShouldBe(Of(2, new CrmOwner("005", null, "Ada B. Thorn", "Ada@x.example", true)).Rep);
        Of(1, new CrmOwner("1", null, "Ada Thorn", null, true)).Rep.ShouldNotBe(Of(2, new CrmOwner("1", null, "Ada Thorn", null, true)).Rep);
        Of(1, null).ShouldBe(new DealPlace("1:9", "9", "", "", ""), "an owner that the CRM does not list any more");
        DealJudge.PlaceOf(Deals.Deal("s1") with { OwnerId = null }).Rep.ShouldBe("");
    }

    [Fact]
    public void PlaceOf_Region_IsTheCompanysCountryElseTheReps()
    {
        var deal = Deals.Deal("s1") with { Owner = new CrmOwner("1", null, "Ada", null, true) { Team = "North", Region = "EMEA" }, CloseDate = new DateOnly(2026, 11, 30) };
        DealJudge.PlaceOf(deal with { CompanyRegion = "Germany, Hesse" }).ShouldBe(DealJudge.PlaceOf(deal) with { Region = "Germany" });
        DealJudge.PlaceOf(deal).ShouldBe(new DealPlace("", "Ada", "North", "EMEA", "2026-11"));
    }
}
