using CrmSync.Pipeline.Classification.Learning;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

public sealed class FeatureTableTests
{
    [Fact]
    public void Find_KnownAndUnknownHashes_GivesRowOrNothing()
    {
        var random = new Random(1);
        uint[] hashes = [.. Enumerable.Range(0, 5_000).Select(_ => (uint)random.NextInt64(uint.MaxValue)).Distinct()];
        var table = new FeatureTable(hashes);

        for (var row = 0; row < hashes.Length; row++)
            table.Find(hashes[row]).ShouldBe(row);
        var known = hashes.ToHashSet();
        Enumerable.Range(0, 5_000).Select(_ => (uint)random.NextInt64(uint.MaxValue)).Where(hash => !known.Contains(hash)).ShouldAllBe(hash => table.Find(hash) == -1);
    }

    [Fact]
    public void Find_HashesThatShareASlot_AreToldApart()
    {
        var table = new FeatureTable([0u, 1u, 2u, uint.MaxValue, uint.MaxValue - 1]);

        new[] { 0u, 1u, 2u, uint.MaxValue, uint.MaxValue - 1 }.Select(table.Find).ShouldBe([0, 1, 2, 3, 4]);
        table.Find(3).ShouldBe(-1);
    }

    [Fact]
    public void Find_TableWithScales_GivesEachRowItsOwn()
    {
        var random = new Random(2);
        uint[] hashes = [.. Enumerable.Range(0, 3_000).Select(_ => (uint)random.NextInt64(uint.MaxValue)).Distinct()];
        float[] scales = [.. hashes.Select(_ => FeatureTable.Short(random.NextSingle() / 50))];
        var table = new FeatureTable(hashes, scales);

        foreach (var (hash, row) in hashes.Select((hash, row) => (hash, row)))
        {
            var entry = table.Find(hash, table.First(hash));
            (FeatureTable.RowOf(entry), FeatureTable.ScaleOf(entry)).ShouldBe((row, scales[row]));
        }
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(0.0078125f, 0.0078125f)]
    [InlineData(1.0001f, 1.0078125f)]
    public void Short_AnyScale_IsTheNextThatATableKeeps(float scale, float kept) => FeatureTable.Short(scale).ShouldBe(kept);

    [Fact]
    public void Find_EmptyTable_KnowsNothing() => new FeatureTable([]).Find(0).ShouldBe(-1);
}
