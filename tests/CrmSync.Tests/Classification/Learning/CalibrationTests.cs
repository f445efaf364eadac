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
    public void ScoreCalibration_ScoresScaledByAFactor_FindsItsInverse(float scale)
    {
        var calibration = ScoreCalibration.Fit([.. Drawn(4_000).Select(row => (row.Scores.Select(score => score * scale).ToArray(), row.Truth))], 3);

        calibration.Sharpness.ShouldBe(1 / scale, 0.12f / scale);
        calibration.Shifts.ShouldAllBe(shift => Math.Abs(shift) < 0.15f * scale);
    }

    [Fact]
    public void ScoreCalibration_AClassSeenTooRarely_RaisesIt()
    {
        var rows = Drawn(4_000).Select(row => (Scores: (float[])[row.Scores[0], row.Scores[1], row.Scores[2] - 1.5f], row.Truth)).ToList();

        var calibration = ScoreCalibration.Fit(rows, 3);

        (calibration.Shifts[2] - calibration.Shifts[0]).ShouldBe(1.5f, 0.2f);
        (calibration.Shifts[1] - calibration.Shifts[0]).ShouldBe(0, 0.2f);
        // What is said of the class is then as often right as it says.
        var said = rows.Average(row =>
        {
            var probabilities = (float[])row.Scores.Clone();
            calibration.Apply(probabilities);
            return probabilities[2];
        });
        said.ShouldBe((float)rows.Count(row => row.Truth == 2) / rows.Count, 0.01f);
    }

    [Fact]
    public void ScoreCalibration_HardlyARow_ChangesLittle()
    {
        ScoreCalibration.Fit([], 2).ShouldSatisfyAllConditions(none => none.Sharpness.ShouldBe(1), none => none.Shifts.ShouldBe([0f, 0f]));
        var one = ScoreCalibration.Fit([([0.2f, -0.2f], 0)], 2);
        one.Shifts.ShouldAllBe(shift => Math.Abs(shift) < 0.5f);
        float[] scores = [100, -100];
        one.Apply(scores);
        scores.ShouldBe([1f, 0f]);
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

    /// <summary>Scores with the class that was drawn by their own probabilities.</summary>
    private static List<(float[] Scores, int Truth)> Drawn(int count)
    {
        var random = new Random(7);
        List<(float[] Scores, int Truth)> rows = [];
        for (var i = 0; i < count; i++)
        {
            float[] scores = [random.NextSingle() * 4, random.NextSingle() * 4, random.NextSingle() * 4];
            var probabilities = (float[])scores.Clone();
            Softmax.Apply(probabilities);
            var draw = random.NextSingle();
            rows.Add((scores, draw < probabilities[0] ? 0 : draw < probabilities[0] + probabilities[1] ? 1 : 2));
        }
        return rows;
    }
}
