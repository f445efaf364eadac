using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Evaluation;

/// <summary>
/// Floors under the rules, a little below what was measured. Files a01-a09 were looked at while rules were written, a10-a12 were only measured.
/// An abstained stage counts as an answer; coverage is the share of rows that are not unsure.
/// </summary>
public sealed class RuleAccuracyTests
{
    private static readonly Cascade Shipped = Cascade.CreateRulesOnly();

    [Theory]
    [InlineData("engagement", 1, 9, 0.91, 0.89)]
    [InlineData("stage", 1, 9, 0.87, 0.83)]
    [InlineData("engagement", 10, 12, 0.85, 0.86)]
    [InlineData("stage", 10, 12, 0.83, 0.79)]
    public async Task Decide_LabelledRows_StayAboveTheFloor(string taxonomy, int firstFile, int lastFile, double accuracy, double coverage)
    {
        long rows = 0, answered = 0, right = 0;
        for (var file = firstFile; file <= lastFile; file++)
        {
            await foreach (var (truth, decision) in Decide(file, taxonomy))
            {
                rows++;
                if (decision.Status == DecisionStatus.Unsure)
                    continue;
                answered++;
                right += decision.Label == truth ? 1 : 0;
            }
        }

        rows.ShouldBeGreaterThan(700);
        ((double)answered / rows).ShouldBeGreaterThanOrEqualTo(coverage);
        ((double)right / answered).ShouldBeGreaterThanOrEqualTo(accuracy);
    }

    private static async IAsyncEnumerable<(string? Truth, LabelDecision Decision)> Decide(int file, string taxonomy)
    {
        var labels = Shipped.Taxonomies[taxonomy];
        using var reader = File.OpenText(Path.Combine(TrainingFolder.Shipped, $"a{file:00}.jsonl"));
        await foreach (var row in ActivityFileReader.ReadAsync(reader, FileFormat.JsonLines, TestContext.Current.CancellationToken))
            yield return (labels.FindByValue(row.Truth.GetValueOrDefault(taxonomy))?.Id, Shipped.Decide(row.Content!).Single(decision => decision.Taxonomy == taxonomy));
    }
}
