using CrmSync.Simulator.Salesforce.Records;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class SoqlIdTests
{
    [Theory]
    [InlineData("001D000000IRFma", "001D000000IRFmaIAH")]
    [InlineData("001D000000IRFmaIAH", "001D000000IRFmaIAH")]
    [InlineData("001d000000irfmaiah", "001D000000IRFmaIAH")]
    [InlineData("001D000000IRFmaIA", null)]
    [InlineData("001D000000IRFm!", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Normalise_AnyForm_GivesTheLongOne(string? id, string? expected) => SalesforceId.Normalise(id).ShouldBe(expected);

    [Fact]
    public void Create_GrowingNumbers_SortByAge()
    {
        string[] ids = [.. Enumerable.Range(1, 5_000).Select(number => SalesforceId.Create("00T", number))];

        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
        ids.ShouldAllBe(id => id.Length == 18 && SalesforceId.Normalise(id.Substring(0, 15)) == id);
    }
}
