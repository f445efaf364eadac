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
    public void Find_EmptyTable_KnowsNothing() => new FeatureTable([]).Find(0).ShouldBe(-1);
}
