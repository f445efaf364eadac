using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Asking;

public sealed class AskPolicyTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(DecisionStatus.Unsure, "demo", 0.99, true)]
    [InlineData(DecisionStatus.Decided, "demo", 0.69, true)]
    [InlineData(DecisionStatus.Decided, "demo", 0.71, false)]
    [InlineData(DecisionStatus.Decided, "closed-won", 0.89, true)]
    [InlineData(DecisionStatus.Abstained, null, 0.79, true)]
    [InlineData(DecisionStatus.Abstained, null, 0.81, false)]
    public void Wants_ThresholdOfLabelThenOfTaxonomy_TheClosestCounts(DecisionStatus status, string? label, double confidence, bool expected)
    {
        var options = new AskOptions
        {
            AskBelow = new Dictionary<string, double> { ["stage"] = 0.7, ["stage/closed-won"] = 0.9, ["stage/abstain"] = 0.8 },
        };
        options.Wants(new LabelDecision("stage", "1", label, status, confidence, "rules", [], "rules-1")).ShouldBe(expected);
    }

    [Fact]
    public void Validate_OutOfRange_NamesTheSettingAndTheWayOut() =>
        new AskOptions { Share = 1.5, AskBelow = new Dictionary<string, double> { ["stage"] = -1 } }.Validate().ShouldBe(
        [
            "Share is 1.5; give a number from 0 to 1, such as 0.15 for every seventh activity.", "AskBelow:stage is -1; give a number from 0 to 1.",
        ]);

    [Theory]
    [InlineData(FailureCategory.Retry, "hosted.unavailable", 50, true)]
    [InlineData(FailureCategory.Unknown, "azure-openai.unanswered", 50, true)]
    [InlineData(FailureCategory.Stop, "azure-openai.unauthorized", 50, true)]
    [InlineData(FailureCategory.Reject, "hosted.refused", 0, true)]
    [InlineData(FailureCategory.Reject, "hosted.refused", 2, false)]
    [InlineData(FailureCategory.Retry, "hosted.malformed", 2, false)]
    public void Next_OutagesAreWaitedForAndRefusalsBelieved(FailureCategory category, string code, int attempt, bool again) =>
        (BackOff().Next(new Failure(category, code, "", ""), attempt) is not null).ShouldBe(again);

    [Fact]
    public void Next_OverBudget_WaitsForMidnightUtcWithoutCounting()
    {
        var next = BackOff().Next(new Failure(FailureCategory.Wait, "hosted.over_budget", "", ""), 0).ShouldNotBeNull();
        next.At.UtcDateTime.ShouldBe(Now.UtcDateTime.Date.AddDays(1));
        next.CountsTry.ShouldBeFalse();
    }

    [Fact]
    public void Hash_OtherMarkUpAndSignature_IsTheSame_OtherWordsOrFields_AreNot()
    {
        static string Hash(string body, CrmEvidence? evidence = null)
        {
            var content = new ActivityContent(ActivityType.Email, "Offer", body, evidence ?? CrmEvidence.None);
            return ShownText.Hash(content, ActivityZoner.Zone(content));
        }

        var plain = Hash("<p>We take the offer.</p>");
        Hash("<div><b>We take the offer.</b></div>").ShouldBe(plain);
        Hash("<p>We take no offer.</p>").ShouldNotBe(plain);
        Hash("<p>We take the offer.</p>", new CrmEvidence { Direction = ActivityDirection.Inbound }).ShouldNotBe(plain);
    }

    private static AskBackOff BackOff()
    {
        var runner = new RunnerOptions { Node = "test" };
        var clock = new FixedClock();
        return new AskBackOff(new FailurePolicy(runner, clock), runner, clock);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
