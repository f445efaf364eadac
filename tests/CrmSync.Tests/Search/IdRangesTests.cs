using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Search;

public sealed class IdRangesTests
{
    [Fact]
    public void Of_NoIds_NoRange() => IdRanges.Of([]).ShouldBeEmpty();

    [Fact]
    public void Of_IdsCloseTogetherInAnyOrder_AreOneRange() => IdRanges.Of([9, 1, 5_001]).ShouldBe([(1, 5_001)]);

    [Fact]
    public void Of_GapTooWide_DividesThere() => IdRanges.Of([1, 7_001, 7_000, 20_000]).ShouldBe([(1, 1), (7_000, 7_001), (20_000, 20_000)]);
}
