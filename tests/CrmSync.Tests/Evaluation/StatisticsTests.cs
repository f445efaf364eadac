using CrmSync.Pipeline.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Evaluation;

/// <summary>Numbers that are known from elsewhere or counted by hand.</summary>
public sealed class StatisticsTests
{
    [Theory]
    [InlineData(8, 10, 0.4901625, 0.9433178)]
    [InlineData(22, 29, 0.5789240, 0.8778158)]
    [InlineData(0, 20, 0, 0.1611252)]
    [InlineData(20, 20, 0.8388748, 1)]
    public void Wilson_KnownShares_GiveTheKnownInterval(long count, long of, double low, double high)
    {
        var interval = Wilson.Interval(count, of);

        interval.Value.ShouldBe((double)count / of, 1e-12);
        interval.Low.ShouldBe(low, 1e-6);
        interval.High.ShouldBe(high, 1e-6);
    }

    [Fact]
    public void Share_OfNothing_HasNoEstimate() => new Share(0, 0).Estimate.ShouldBeNull();

    [Theory]
    [InlineData(3, 12, true, 0.03515625)]
    [InlineData(12, 3, true, 0.03515625)]
    [InlineData(5, 5, true, 1)]
    [InlineData(0, 0, true, 1)]
    [InlineData(0, 6, true, 0.03125)]
    [InlineData(212, 256, false, 0.0468476)]
    [InlineData(31, 12, false, 0.0060516)]
    [InlineData(20, 20, false, 1)]
    public void McNemar_KnownTables_GiveTheKnownProbability(long onlyFirst, long onlySecond, bool exact, double p)
    {
        var result = McNemar.Test(100, onlyFirst, onlySecond, 7);

        result.IsExact.ShouldBe(exact);
        result.PValue.ShouldBe(p, 1e-6);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.4795001222)]
    [InlineData(2, 0.0046777349810)]
    [InlineData(3, 2.20904969986e-05)]
    public void ComplementaryError_KnownPoints_AgreeToSixDigits(double x, double known) => McNemar.ComplementaryError(x).ShouldBe(known, known * 2e-7);

    [Fact]
    public void Calibration_HandCountedBins_GiveTheHandCountedError()
    {
        // Two bins of two: promised 0.55 and kept 0.5; promised 0.9 and kept 1.
        Scored[] answers = [new(0.95, true), new(0.5, true), new(0.85, true), new(0.6, false)];

        var result = Calibration.Measure(answers, bins: 2);

        result.Bins.Select(bin => (bin.Rows, bin.Right)).ShouldBe([(2L, 1L), (2L, 2L)]);
        result.EqualMass.ShouldBe((0.05 * 2 + 0.1 * 2) / 4, 1e-12);
        // Equal width: all four lie in the upper half: promised 0.725, kept 0.75.
        result.EqualWidth.ShouldBe(0.025, 1e-12);
    }

    [Fact]
    public void Calibration_EqualConfidences_StayTogetherInAnyOrder()
    {
        Scored[] answers = [new(0.7, true), new(0.7, false), new(0.7, true), new(0.9, true)];

        var result = Calibration.Measure(answers, bins: 4);

        result.Bins.Select(bin => bin.Rows).ShouldBe([3L, 1L]);
        Calibration.Measure([.. answers.Reverse()], bins: 4).EqualMass.ShouldBe(result.EqualMass, 1e-12);
    }

    [Fact]
    public void Calibration_NoAnswers_IsZero() => Calibration.Measure([]).EqualMass.ShouldBe(0);

    [Fact]
    public void SelectiveRisk_HandCountedAnswers_GiveTheHandCountedCurve()
    {
        Scored[] answers = [new(0.6, false), new(0.9, true), new(0.8, true), new(0.8, false), new(0.7, true)];

        var result = SelectiveRisk.Measure(answers);

        result.Curve.Select(point => (point.Confidence, point.Taken, point.Wrong)).ShouldBe([(0.9, 1L, 0L), (0.8, 3L, 1L), (0.7, 4L, 1L), (0.6, 5L, 2L)]);
        result.AtCoverage(0.61)!.Value.Risk.Value.ShouldBe(0.25, 1e-12);
        result.AtRisk(0.03)!.Value.Coverage.ShouldBe(0.2, 1e-12);
        result.AtRisk(0.3)!.Value.Coverage.ShouldBe(0.8, 1e-12);
        result.Area.ShouldBe((0 + 2 / 3.0 + 0.25 + 0.4) / 5, 1e-12);
    }

    [Fact]
    public void SelectiveRisk_MostSureAnswerWrong_CoversNothingAtLowRisk()
    {
        var result = SelectiveRisk.Measure([new(0.9, false), new(0.5, true)]);

        result.AtRisk(0.03).ShouldBeNull();
        SelectiveRisk.Measure([]).AtCoverage(0.85).ShouldBeNull();
    }

    [Fact]
    public void Thin_LongCurve_KeepsBothEnds()
    {
        var curve = SelectiveRisk.Measure([.. Enumerable.Range(0, 1_000).Select(i => new Scored(i / 1_000.0, true))]);

        var thin = curve.Thin(50);

        (thin.Count, thin[0], thin[^1]).ShouldBe((50, curve.Curve[0], curve.Curve[^1]));
    }

    [Fact]
    public void F1_HandCountedMatrix_GivesTheHandCountedMeans()
    {
        var matrix = Matrix();

        matrix.F1(0).ShouldBe(2.0 * 8 / (10 + 9));
        matrix.F1(1).ShouldBe(2.0 * 4 / (5 + 6));
        matrix.F1(2).ShouldBeNull();
        matrix.MacroF1(3)!.Value.ShouldBe((16.0 / 19 + 8.0 / 11) / 2, 1e-12);
        matrix.Right.ShouldBe(12);
    }

    [Fact]
    public void Bootstrap_SameSeed_RepeatsAndHoldsTheFigure()
    {
        var (classes, macro) = Bootstrap.F1(Matrix(), [2], seed: 7);

        Bootstrap.F1(Matrix(), [2], seed: 7).Macro.ShouldBe(macro);
        Bootstrap.F1(Matrix(), [2], seed: 8).Macro.ShouldNotBe(macro);
        classes[2].ShouldBeNull();
        macro[0]!.Value.Low.ShouldBeInRange(0.4, 0.75);
        macro[0]!.Value.High.ShouldBeInRange(0.82, 1);
    }

    [Fact]
    public void Bootstrap_ShareOfManyRows_AgreesWithTheFormula()
    {
        // With two classes and symmetric errors F1 is about the accuracy, whose interval is known.
        var matrix = new ConfusionMatrix(2);
        matrix.Add(0, 0, 900);
        matrix.Add(1, 1, 900);
        matrix.Add(0, 1, 100);
        matrix.Add(1, 0, 100);

        var interval = Bootstrap.F1(matrix, [2], seed: 1).Macro[0]!.Value;
        var formula = Wilson.Interval(1_800, 2_000);

        interval.Low.ShouldBe(formula.Low, 0.004);
        interval.High.ShouldBe(formula.High, 0.004);
    }

    private static ConfusionMatrix Matrix()
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Add(0, 0, 8);
        matrix.Add(0, 1, 2);
        matrix.Add(1, 0);
        matrix.Add(1, 1, 4);
        return matrix;
    }
}
