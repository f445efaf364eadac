using CrmSync.Benchmarks.Redaction;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text.Redaction;

/// <summary>Floors of the remover on generated data; <c>CrmSync.Benchmarks redaction</c> prints the figures on fresh seeds.</summary>
public sealed class PlantedRedactionTests
{
    [Theory]
    [InlineData("email", 0.99)]
    [InlineData("phone", 0.99)]
    [InlineData("card", 0.99)]
    [InlineData("account", 0.99)]
    [InlineData("ip", 0.99)]
    [InlineData("id", 0.99)]
    [InlineData("person", 0.98)]
    [InlineData("company", 0.98)]
    [InlineData("ordinary", 0.97)]
    public void Apply_PlantedData_ReachesTheFloor(string entity, double floor)
    {
        var (_, texts, right, missed) = RedactionScore.Of(new PlantedPersonalData(seed: 20_261_122), each: 600).Single(score => score.Entity == entity);

        ((double)right / texts).ShouldBeGreaterThanOrEqualTo(floor, string.Join('\n', missed.Take(10)));
    }
}
