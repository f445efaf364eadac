using CrmSync.Pipeline.Classification.Learning;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData(0.5f)]
    [InlineData(1f)]
    [InlineData(2f)]
    public void ScoreSharpness_ScoresScaledByAFactor_FindsItsInverse(float scale)
    {
        var random = new Random(7);
        List<(float[] Scores, int Truth)> rows = [];
        for (var i = 0; i < 4_000; i++)
        {
            float[] honest = [random.NextSingle() * 4, random.NextSingle() * 4, random.NextSingle() * 4];
            var probabilities = (float[])honest.Clone();
            Softmax.Apply(probabilities);
            var draw = random.NextSingle();
            var truth = draw < probabilities[0] ? 0 : draw < probabilities[0] + probabilities[1] ? 1 : 2;
            rows.Add(([.. honest.Select(score => score * scale)], truth));
        }

        ScoreSharpness.Fit(rows).ShouldBe(1 / scale, 0.12f / scale);
    }

    [Fact]
    public void SelectiveThresholds_RiskFallsWithConfidence_KeepsToTheBound()
    {
        var random = new Random(9);
        List<(int, double, bool)> answers = [];
        for (var i = 0; i < 20_000; i++)
        {
            var confidence = 0.5 + (random.NextDouble() / 2);
            answers.Add((0, confidence, random.NextDouble() < confidence));
        }

        var threshold = SelectiveThresholds.Find(answers, 1, 0.03).ShouldHaveSingleItem();

        // Answers from t on are wrong in (1 - t) / 2 of cases: 3 % from 0.94 on, a little more for certainty.
        threshold.ShouldBeInRange(0.935, 0.965);
    }

    [Fact]
    public void SelectiveThresholds_NeverGoodEnough_AsksForPracticalCertainty() =>
        SelectiveThresholds.Find([.. Enumerable.Range(0, 100).Select(i => (0, 0.9, i % 2 == 0))], 1, 0.03).ShouldBe([0.99]);

    [Fact]
    public void SelectiveThresholds_OneLabelMuchWorse_HasAHigherOne()
    {
        var random = new Random(4);
        List<(int, double, bool)> answers = [];
        for (var i = 0; i < 10_000; i++)
        {
            answers.Add((0, 0.6 + (random.NextDouble() * 0.4), true));
            var confidence = 0.6 + (random.NextDouble() * 0.4);
            if (i % 20 == 0)
                answers.Add((1, confidence, random.NextDouble() < confidence));
        }

        var thresholds = SelectiveThresholds.Find(answers, 2, 0.03);

        thresholds[1].ShouldBeGreaterThan(thresholds[0] + 0.1);
    }
}
