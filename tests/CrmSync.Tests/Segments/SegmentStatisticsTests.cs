using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

/// <summary>Figures that are known from elsewhere or counted by hand.</summary>
public sealed class SegmentStatisticsTests
{
    private static readonly NumberOptions Options = new();

    [Fact]
    public void Newcombe_ElevenAndNineteenOf47_IsPlusSeventeenPointsAndInconclusive()
    {
        var difference = Newcombe.Between(new Share(11, 47), new Share(19, 47));

        difference.Value.ShouldBe(8 / 47.0, 1e-12);
        difference.Low.ShouldBe(-0.018, 0.0005);
        difference.High.ShouldBe(0.340, 0.005);
        difference.IsClear.ShouldBeFalse();
        Newcombe.ClearFrom(11 / 47.0, 19 / 47.0).ShouldBe(117);
        NumberWords.Change(new Share(11, 47), new Share(19, 47), Options).ShouldBe("+17 points (−1.8 to +34): inconclusive; about 117 per side would be clear");
    }

    [Fact]
    public void Newcombe_PublishedExample_GivesThePublishedInterval()
    {
        // Newcombe 1998, table II, method 10: 56/70 against 48/80 is 0.0524 to 0.3339.
        var difference = Newcombe.Between(new Share(48, 80), new Share(56, 70));

        difference.Low.ShouldBe(0.0524, 5e-5);
        difference.High.ShouldBe(0.3339, 5e-5);
        difference.IsClear.ShouldBeTrue();
    }

    [Fact]
    public void Newcombe_SidesSwapped_TurnsTheInterval()
    {
        var there = Newcombe.Between(new Share(3, 20), new Share(9, 31));
        var back = Newcombe.Between(new Share(9, 31), new Share(3, 20));

        (back.Value, back.Low, back.High).ShouldBe((-there.Value, -there.High, -there.Low));
    }

    [Theory]
    [InlineData(7, 10, "too few (7 of 10) before")]
    [InlineData(10, 9, "too few (9 of 10) after")]
    public void Change_TooFewCases_SaysOnWhichSide(long before, long after, string said) =>
        NumberWords.Change(new Share(1, before), new Share(1, after), Options).ShouldBe(said);

    [Fact]
    public void Rate_BelowTheLeast_SaysHowManyAreMissing()
    {
        NumberWords.Rate(new Share(3, 7), Options).ShouldBe("too few (7 of 10)");
        NumberWords.Rate(new Share(19, 47), Options).ShouldBe("40 % (19 of 47, 28 to 55 %)");
    }

    [Theory]
    [InlineData(2, 3, 0.5, 0.6875)]
    [InlineData(1, 1, 0.3, 0.3)]
    [InlineData(5, 2, 0.9, 0.885735)]
    public void IncompleteBeta_KnownPoints_Agree(double a, double b, double x, double known) => SpecialFunctions.Beta(a, b, x).ShouldBe(known, 1e-8);

    [Theory]
    [InlineData(3.841458821, 1, 0.05)]
    [InlineData(18.30703805, 10, 0.05)]
    [InlineData(2, 2, 0.36787944)]
    public void ChiSquareTail_KnownPoints_Agree(double statistic, int degrees, double known) => SpecialFunctions.ChiSquareTail(statistic, degrees).ShouldBe(known, 1e-8);

    [Fact]
    public void Smooth_FewDeals_LiesBetweenOwnShareAndPortfolio()
    {
        var few = BetaBinomial.Smooth(new Share(3, 3), 0.3, 20);
        var many = BetaBinomial.Smooth(new Share(300, 300), 0.3, 20);

        few.Value.ShouldBe(9 / 23.0, 1e-12);
        (few.Low < few.Value && few.Value < few.High).ShouldBeTrue();
        many.Value.ShouldBeGreaterThan(0.95);
        BetaBinomial.Smooth(new Share(0, 0), 0.3, 20).Value.ShouldBe(0.3, 1e-12);
    }

    [Fact]
    public void Weight_GroupsThatDiffer_CountsThePortfolioForLess()
    {
        var alike = BetaBinomial.Weight([new Share(30, 100), new Share(31, 100), new Share(29, 100)]);
        var apart = BetaBinomial.Weight([new Share(10, 100), new Share(50, 100), new Share(90, 100)]);

        alike.ShouldBeGreaterThan(100);
        apart.ShouldBeLessThan(10);
    }

    [Fact]
    public void Median_TenValues_HasTheKnownRanks()
    {
        // Binomial(10, ½): 1.07 % below the second value, so the interval reaches from the second to the ninth.
        Median.Of(Enumerable.Range(1, 10).Select(i => (double)i)).ShouldBe(new Middle(5.5, 2, 9, 10));
        Median.Of([]).ShouldBeNull();
        Median.Of([4]).ShouldBe(new Middle(4, 4, 4, 1));
    }

    [Fact]
    public void KaplanMeier_TextbookSample_GivesTheTextbookCurve()
    {
        // Remission in weeks of the 6-MP group (Freireich 1963): S(6)=.857, S(7)=.807, S(10)=.753, S(13)=.690, S(16)=.627, S(22)=.538, S(23)=.448, median 23.
        double[] ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
        double[] open = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];

        var curve = KaplanMeier.Of([.. ended.Select(days => new Spell(days, true)), .. open.Select(days => new Spell(days, false))]);

        curve.Steps.Select(step => Math.Round(step.Open.Value, 3)).ShouldBe([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]);
        curve.Steps.Select(step => step.AtRisk).ShouldBe([21, 17, 15, 12, 11, 7, 6]);
        // Log-log interval as R's survfit gives it.
        curve.Steps[0].Open.Low.ShouldBe(0.620, 0.001);
        curve.Steps[0].Open.High.ShouldBe(0.952, 0.001);
        curve.After(0.5)!.Value.Days.ShouldBe(23);
        curve.After(0.5)!.Value.High.ShouldBeNull();
        curve.After(0.75).ShouldBeNull();
        (curve.Spells, curve.Ended).ShouldBe((21, 9));
    }

    [Fact]
    public void KaplanMeier_OpenDealsLeftOut_WouldShortenTheTime()
    {
        Spell[] closed = [.. Enumerable.Range(1, 20).Select(i => new Spell(i, true))];
        Spell[] open = [.. Enumerable.Range(0, 20).Select(_ => new Spell(30, false))];

        KaplanMeier.Of(closed).After(0.5)!.Value.Days.ShouldBe(10);
        KaplanMeier.Of([.. closed, .. open]).After(0.5)!.Value.Days.ShouldBe(20);
    }

    [Fact]
    public void Heterogeneity_RepsAlikeAndApart_IsTold()
    {
        Heterogeneity.Test([new Share(20, 50), new Share(22, 50), new Share(19, 50)], 1)!.PValue.ShouldBeGreaterThan(0.5);
        var apart = Heterogeneity.Test([new Share(5, 50), new Share(25, 50), new Share(40, 50)], 1)!;
        apart.PValue.ShouldBeLessThan(0.001);
        apart.Overdispersion!.Value.ShouldBeGreaterThan(0.2);
        Heterogeneity.Test([new Share(5, 50)], 1).ShouldBeNull();
        Heterogeneity.Test([new Share(5, 5), new Share(7, 7)], 1).ShouldBeNull();
    }

    [Fact]
    public void Heterogeneity_SmallGroups_AreDrawnAndRepeatable()
    {
        Share[] groups = [new Share(4, 4), new Share(0, 4), new Share(2, 4)];

        var first = Heterogeneity.Test(groups, 3)!;

        first.IsDrawn.ShouldBeTrue();
        // Six orders of (4, 0, 2), each C(4,4)·C(4,0)·C(4,2) = 6 ways, out of C(12,6) = 924.
        first.PValue.ShouldBe(36 / 924.0, 0.015);
        Heterogeneity.Test(groups, 3)!.PValue.ShouldBe(first.PValue);
    }

    [Fact]
    public void LogOdds_TermOfTheGroup_StandsOutAndCommonOneDoesNot()
    {
        LogOdds.Score(30, 40, 20, 400).ShouldBeGreaterThan(5);
        Math.Abs(LogOdds.Score(20, 40, 200, 400)).ShouldBeLessThan(0.5);
        LogOdds.Score(0, 40, 200, 400).ShouldBeLessThan(-2);
    }
}
