using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Review;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Review;

public sealed class AgreementTests
{
    [Fact]
    public void Kappa_TextbookTable_HasItsValueAndInterval()
    {
        // Fleiss, Levin and Paik (2003), table 18.1: 100 subjects, kappa 0.676, standard error 0.087.
        var matrix = Matrix([[75, 1, 4], [5, 4, 1], [0, 0, 10]]);

        var kappa = CohenKappa.Measure(matrix).ShouldNotBeNull();

        kappa.Value.ShouldBe(0.676, 0.001);
        (kappa.High - kappa.Low).ShouldBe(2 * 1.96 * 0.0877, 0.005);
        (kappa.Rows, kappa.Agreed).ShouldBe((100, 89));
    }

    [Fact]
    public void Kappa_NothingToMeasure_IsNull()
    {
        CohenKappa.Measure(Matrix([[0, 0], [0, 0]])).ShouldBeNull();
        CohenKappa.Measure(Matrix([[7, 0], [0, 0]])).ShouldBeNull();
    }

    [Fact]
    public void Kappa_AnyTable_LiesWithinItsBoundsAndItsInterval() => Prop.ForAll<(NonNegativeInt A, NonNegativeInt B, NonNegativeInt C, NonNegativeInt D)>(cells =>
        CohenKappa.Measure(Matrix([[cells.A.Get, cells.B.Get], [cells.C.Get, cells.D.Get]])) is not { } kappa || (kappa.Low >= -1 && kappa.High <= 1 && kappa.Low <= kappa.Value && kappa.Value <= kappa.High)).QuickCheckThrowOnFailure();

    [Fact]
    public void Measure_PairsWhoeverCameFirst_CountTogether()
    {
        PairedAnswer[] answers = [new("bob", "ada", "x", "y"), new("ada", "bob", "x", "x"), new("cyd", "ada", null, null)];

        var measured = Agreement.Measure(answers);

        measured.Select(pair => (pair.One, pair.Other, pair.Agreed.Count, pair.Agreed.Of)).ShouldBe([("", "", 2, 3), ("ada", "bob", 1, 2), ("ada", "cyd", 1, 1)]);
        Agreement.Measure([]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    public void IsDrawn_ManyContents_DrawsTheShareAndTheSameAgain(int share)
    {
        var drawn = Enumerable.Range(0, 4_000).Count(i => DoubleReview.IsDrawn("stage", $"hash-{i}", share));

        (drawn / 40.0).ShouldBe(share, 2);
        Enumerable.Range(0, 4_000).Count(i => DoubleReview.IsDrawn("stage", $"hash-{i}", share)).ShouldBe(drawn);
    }

    [Fact]
    public void PairedDifference_MoreRightOnOneSide_HasTheSignAndHoldsTheValue()
    {
        var difference = PairedDifference.Of(McNemar.Test(80, 2, 12, 6)).ShouldNotBeNull();

        difference.Value.ShouldBe(0.10, 1e-9);
        difference.Low.ShouldBeInRange(0.01, 0.05);
        difference.High.ShouldBeInRange(0.14, 0.20);
        PairedDifference.Of(McNemar.Test(0, 0, 0, 0)).ShouldBeNull();
    }

    private static ConfusionMatrix Matrix(int[][] cells)
    {
        var matrix = new ConfusionMatrix(cells.Length);
        for (var i = 0; i < cells.Length; i++)
            for (var j = 0; j < cells.Length; j++)
                matrix.Add(i, j, cells[i][j]);
        return matrix;
    }
}
