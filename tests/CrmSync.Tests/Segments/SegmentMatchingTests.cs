using CrmSync.Pipeline.Segments.Refits;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class SegmentMatchingTests
{
    private static SegmentSnapshot Segment(string id, int from, int to, params string[] terms) =>
        new(id, [.. Enumerable.Range(from, to - from).Select(i => $"a{i}")], terms.ToDictionary(term => term, _ => 1.0));

    [Fact]
    public void Compare_Refit_TellsSameDriftedBornAndDied()
    {
        var changes = SegmentMatching.Compare(
            [Segment("A", 0, 30, "bill", "entity"), Segment("B", 30, 60, "crane", "site"), Segment("C", 60, 80, "menu")],
            [Segment("1", 40, 90, "crane", "lift"), Segment("2", 2, 31, "bill", "entity"), Segment("3", 200, 230, "grain")]);

        changes.ShouldContain(change => change.Fate == SegmentFate.Same && change.Old == "A" && change.New == "2");
        changes.ShouldContain(change => change.Fate == SegmentFate.Drifted && change.Old == "B" && change.New == "1");
        changes.ShouldContain(change => change.Fate == SegmentFate.Died && change.Old == "C" && change.New == null);
        changes.ShouldContain(change => change.Fate == SegmentFate.Born && change.New == "3");
        changes.Count.ShouldBe(4);
    }

    [Fact]
    public void Compare_GreedyWouldErr_FindsTheBestOfAllPairs()
    {
        // X is most like 1, but then Y would be left with nothing.
        var changes = SegmentMatching.Compare(
            [Segment("X", 0, 100, "a"), Segment("Y", 0, 60, "b")],
            [Segment("1", 0, 90, "a", "b"), Segment("2", 50, 100, "a")]);

        changes.Single(change => change.Old == "Y").New.ShouldBe("1");
        changes.Single(change => change.Old == "X").New.ShouldBe("2");
    }

    [Fact]
    public void Compare_NothingBefore_IsAllBirths() =>
        SegmentMatching.Compare([], [Segment("1", 0, 9, "a")]).ShouldHaveSingleItem().Fate.ShouldBe(SegmentFate.Born);

    [Fact]
    public void Converging_AlikeWithOverlappingWinRates_IsProposed()
    {
        var first = Segment("A", 0, 30, "bill", "entity", "view") with { WinRate = (0.2, 0.4) };
        var second = Segment("B", 30, 60, "bill", "entity", "login") with { WinRate = (0.35, 0.5) };

        SegmentMatching.Converging([first, second]).ShouldHaveSingleItem().Cosine.ShouldBe(0.667, 0.001);
        SegmentMatching.Converging([first, second with { WinRate = (0.41, 0.5) }]).ShouldBeEmpty();
        SegmentMatching.Converging([first, second with { WinRate = null }]).ShouldBeEmpty();
        SegmentMatching.Converging([first, Segment("B", 30, 60, "crane") with { WinRate = (0.2, 0.4) }]).ShouldBeEmpty();
    }

    [Fact]
    public void Best_SmallMatrices_EqualsEveryPermutation()
    {
        var random = new Random(4);
        for (var trial = 0; trial < 200; trial++)
        {
            var gain = new double[4, 4];
            for (var i = 0; i < 16; i++)
                gain[i / 4, i % 4] = random.NextDouble();
            var best = Permutations([0, 1, 2, 3]).Max(order => Total(gain, order));

            Total(gain, Assignment.Best(gain)).ShouldBe(best, 1e-9);
        }
    }

    private static double Total(double[,] gain, int[] columns) => columns.Select((column, row) => gain[row, column]).Sum();

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length == 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
