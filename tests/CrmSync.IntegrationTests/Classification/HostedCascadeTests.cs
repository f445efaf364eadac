using System.Globalization;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Text;
using CrmSync.Simulator.AzureOpenAI;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Classification;

/// <summary>What the hosted model adds to the local cascade, on rows that nothing was trained on, with a model that is right 95 times in 100.</summary>
public sealed class HostedCascadeTests(ITestOutputHelper output)
{
    private const double Share = 0.15;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_LeastSureFifteenInAHundred_CascadeIsSignificantlyBetterThanTheLocalSteps()
    {
        await using var house = await HostedHouse.StartAsync(new ModelSimulatorOptions { ErrorRate = 0.05, QuotasOn = false });
        var cascade = Cascade.CreateDefault();
        var held = await TrainingFolder.ReadAsync(TrainingFolder.ShippedHeldOut, cascade.Taxonomies, Token);
        var local = Evaluator.Judge(cascade, [.. held.Rows.Select(LabelledRow.From)], cancellationToken: Token);

        var asked = local.Index().Where(row => row.Item.Decisions.Any(decision => decision.Status == DecisionStatus.Unsure))
            .OrderBy(row => row.Item.Decisions.Min(decision => decision.Confidence)).Take((int)(local.Count * Share)).ToList();
        var options = new HostedOptions { ConcurrentCalls = 1 };
        var answers = await house.Auditor(options).AskAsync(
            [.. asked.Select(row => new AuditItem(row.Index, row.Item.Row.Content, ActivityZoner.Zone(row.Item.Row.Content), [.. row.Item.Decisions.Where(one => one.Status == DecisionStatus.Unsure)]))],
            Token);
        var settled = answers.Where(answer => answer.Decision is not null).ToDictionary(answer => ((int)answer.Ref, answer.Taxonomy), answer => answer.Decision!);
        IReadOnlyList<JudgedRow> both =
            [.. local.Select((row, index) => row with { Decisions = [.. row.Decisions.Select(one => settled.GetValueOrDefault((index, one.Taxonomy), one))] })];

        var usage = answers.Aggregate(default(TokenUsage), (sum, answer) => sum + answer.Usage);
        var thousands = local.Count / 1_000m;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{asked.Count} of {local.Count} activities asked about, {answers.Count} answers, {usage.Prompt / thousands:0} prompt and {usage.Completion / thousands:0} completion tokens, {options.Price.Usd(usage) / thousands:0.0000} USD per 1,000 activities."));
        asked.Count.ShouldBeLessThanOrEqualTo((int)Math.Ceiling(local.Count * Share));
        var (before, after) = (Evaluator.Evaluate(cascade.Taxonomies, "local", local), Evaluator.Evaluate(cascade.Taxonomies, "with hosted", both));
        foreach (var comparison in Comparison.Compare(cascade.Taxonomies, local, cascade.Taxonomies, both))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{comparison.Say("local", "cascade")} Macro-F1 {before.Find(comparison.Taxonomy)!.Overall.MacroF1!.Value.Value:0.000} to {after.Find(comparison.Taxonomy)!.Overall.MacroF1!.Value.Value:0.000}."));
            comparison.Test.OnlySecond.ShouldBeGreaterThan(comparison.Test.OnlyFirst);
            comparison.Test.PValue.ShouldBeLessThan(0.05);
        }
    }
}
