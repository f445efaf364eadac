using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Segments.Learning;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

/// <summary>When a segment asks for more certainty than others.</summary>
public sealed class SegmentThresholdsTests
{
    private static readonly LearningOptions Options = new() { FewestAudited = 100, AllowedWrong = 0.035 };

    [Theory]
    [InlineData(99, 30, false)]
    [InlineData(100, 30, true)]
    [InlineData(400, 14, false)]
    // 4.5 % of 200 were wrong, which chance explains: the lower end of the interval is below what is allowed.
    [InlineData(200, 9, false)]
    [InlineData(200, 20, true)]
    public void Of_JudgedAnswers_OnlyManyThatAreClearlyWorseMakeAThreshold(int judged, int wrong, bool made) =>
        SegmentThresholds.Of(Answers(judged, wrong), Options).Count.ShouldBe(made ? 1 : 0);

    [Fact]
    public void Of_UnsurerAnswersWrong_CountsFromWhereTheErrorsAreAllowed()
    {
        var threshold = SegmentThresholds.Of(Answers(200, 20), Options).ShouldHaveSingleItem();

        // The wrong ones are the least sure; seven of the remaining 187 are 3.7 %, six of 186 are 3.2 %.
        (threshold.Judged, threshold.Wrong).ShouldBe((200L, 20L));
        var kept = Answers(200, 20).Where(answer => answer.Confidence >= threshold.Confidence).ToList();
        ((double)kept.Count(answer => !answer.IsRight) / kept.Count).ShouldBeLessThanOrEqualTo(Options.AllowedWrong);
        var more = Answers(200, 20).Where(answer => answer.Confidence >= threshold.Confidence - 0.0011).ToList();
        ((double)more.Count(answer => !answer.IsRight) / more.Count).ShouldBeGreaterThan(Options.AllowedWrong);
    }

    [Fact]
    public void Of_WrongAtAnyConfidence_LeavesOnlyWhatIsPracticallyCertain() =>
        SegmentThresholds.Of(Enumerable.Range(0, 100).Select(number => new AuditedAnswer("stage", "m1", 0.8, number % 2 == 0)), Options).ShouldHaveSingleItem().Confidence.ShouldBe(0.99);

    [Fact]
    public void Of_TwoQuestionsAndModels_AreJudgedApart()
    {
        var answers = Answers(200, 40).Concat(Answers(200, 0).Select(answer => answer with { Taxonomy = "stage" })).Concat(Answers(50, 50).Select(answer => answer with { ModelVersion = "m2" }));
        SegmentThresholds.Of(answers, Options).Select(threshold => (threshold.Taxonomy, threshold.ModelVersion)).ShouldBe([("engagement", "m1")]);
    }

    [Fact]
    public void Apply_OnlyTheSameQuestionAndModelBelowTheThreshold_IsHeldBackWithItsReason()
    {
        SegmentThreshold[] thresholds = [new("engagement", "m1", 0.8, 200, 40)];
        var sentence = new Evidence("r", "They replied.", 0, 3);
        var sure = new LabelDecision("engagement", "1", "engaged", DecisionStatus.Decided, 0.79, "model", [sentence, sentence, sentence, sentence, sentence], "m1");

        var held = SegmentThreshold.Apply(sure, thresholds);
        (held.Status, held.Label, held.Confidence, held.Evidence.Count).ShouldBe((DecisionStatus.Unsure, "engaged", 0.79, LabelDecision.MaxEvidence));
        held.Evidence[^1].Rule.ShouldBe(SegmentThreshold.Rule);
        foreach (var other in new[] { sure with { Confidence = 0.8 }, sure with { Taxonomy = "stage" }, sure with { ModelVersion = "m2" }, sure with { Status = DecisionStatus.Unsure } })
            SegmentThreshold.Apply(other, thresholds).ShouldBeSameAs(other);
        SegmentThreshold.Apply(sure, []).ShouldBeSameAs(sure);
    }

    // The least sure are wrong; confidences a thousandth apart.
    private static IEnumerable<AuditedAnswer> Answers(int judged, int wrong) =>
        Enumerable.Range(0, judged).Select(number => new AuditedAnswer("engagement", "m1", 0.5 + (number * 0.001), number >= wrong));
}
