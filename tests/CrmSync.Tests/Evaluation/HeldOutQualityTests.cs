using System.Text.Json;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Evaluation;

/// <summary>
/// The shipped cascade, without any hosted model, on rows of writers that nothing was ever trained on. The floors stand beside the rows; raise them when the
/// model gets better, never lower them to make a change pass.
/// </summary>
public sealed class HeldOutQualityTests
{
    private static readonly Lazy<Task<EvaluationResult>> Judged = new(JudgeAsync);

    private static readonly Lazy<IReadOnlyDictionary<string, Floor>> Floors = new(() => JsonSerializer.Deserialize<Dictionary<string, Floor>>(
        File.ReadAllText(Path.Combine(TrainingFolder.ShippedHeldOut, "floors.json")), JsonSerializerOptions.Web)!);

    [Theory]
    [InlineData("engagement")]
    [InlineData("stage")]
    public async Task Decide_RowsOfUnseenWriters_KeepsAboveTheFloors(string taxonomy)
    {
        var floor = Floors.Value[taxonomy];
        var figures = (await Judged.Value).Find(taxonomy).ShouldNotBeNull().Overall;

        figures.Rows.ShouldBeGreaterThanOrEqualTo(200);
        figures.MacroF1.ShouldNotBeNull().Value.ShouldBeGreaterThanOrEqualTo(floor.MacroF1);
        figures.Accuracy.Value.ShouldBeGreaterThanOrEqualTo(floor.Accuracy);
        figures.Sure.Value.ShouldBeGreaterThanOrEqualTo(floor.RightWhenSure);
        ((double)figures.Sure.Of / figures.Rows).ShouldBeGreaterThanOrEqualTo(floor.Coverage);
        figures.Calibration.EqualMass.ShouldBeLessThanOrEqualTo(floor.CalibrationError);
        figures.Classes.ShouldAllBe(one => one.Wrong.Value <= floor.WrongOf(one.Answer.Label));
    }

    [Fact]
    public async Task HeldOutRows_StandInNoFileThatTeaches()
    {
        var taxonomies = TaxonomySet.LoadShipped();
        var taught = await TrainingFolder.ReadAsync(TrainingFolder.Shipped, taxonomies, TestContext.Current.CancellationToken);
        var held = await TrainingFolder.ReadAsync(TrainingFolder.ShippedHeldOut, taxonomies, TestContext.Current.CancellationToken);

        held.Faults.ShouldBeEmpty();
        taught.Faults.ShouldBeEmpty();
        held.Rows.Select(row => row.Group).Intersect(taught.Rows.Select(row => row.Group)).ShouldBeEmpty();
        LocalModel.LoadShipped().Card.Sources.Select(source => source.Name).Intersect(held.Rows.Select(row => row.Group)).ShouldBeEmpty();
        // Bare tags and titles come by themselves in any export; a text of some length that stands in both would be a leak.
        var texts = taught.Rows.Select(row => row.Content.Body).Where(body => body.Length > 40).ToHashSet(StringComparer.Ordinal);
        held.Rows.Count(row => texts.Contains(row.Content.Body)).ShouldBe(0);
    }

    private static async Task<EvaluationResult> JudgeAsync()
    {
        var cascade = Cascade.CreateDefault();
        var held = await TrainingFolder.ReadAsync(TrainingFolder.ShippedHeldOut, cascade.Taxonomies, TestContext.Current.CancellationToken);
        return Evaluator.Evaluate(cascade, [.. held.Rows.Select(LabelledRow.From)]);
    }

    /// <summary>What must hold, shares from 0 to 1.</summary>
    private sealed record Floor(
        double MacroF1, double Accuracy, double RightWhenSure, double Coverage, double CalibrationError, IReadOnlyDictionary<string, double> Wrong)
    {
        /// <summary>The most rows, of all, that may get an answer wrongly.</summary>
        public double WrongOf(string? label) => Wrong.GetValueOrDefault(label ?? "abstain", 1);
    }
}
