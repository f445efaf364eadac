using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private static readonly TaxonomySet Shipped = TaxonomySet.LoadShipped();
    private static readonly ActivityContent Content = new(ActivityType.Note, "", "secret body", CrmEvidence.None);

    [Fact]
    public void Evaluate_HandMadeRows_CountsByHand()
    {
        var stage = Measure(
            Row("1", "demo", "demo", 0.9),
            Row("2", "demo", null, 0.8),
            Row("3", null, null, 0.7),
            Row("4", null, "closed-won", 0.95),
            Row("5", "closed-won", "closed-won", 0.3, sure: false)).Find("stage")!;

        stage.Answers.Select(answer => answer.Value).ShouldBe(["Discovery", "Demo", "Negotiation", "Follow-Up", "Closed Won", "Closed Lost", "(abstain)"]);
        stage.Overall.Accuracy.Value.ShouldBe(0.6);
        var demo = stage.Overall.Classes[1];
        (demo.Precision.Value, demo.Recall.Value).ShouldBe((1, 0.5));
        demo.F1!.Value.Value.ShouldBe(2 / 3.0, 1e-12);
        var won = stage.Overall.Classes[4];
        (won.Wrong.Count, won.Wrong.Of, won.WrongAndDecided.Count).ShouldBe((1, 5, 1));
        // Demo 2/3, Closed Won 2/3; labels that neither occur nor are answered are left out; abstaining 1/2.
        stage.Overall.MacroF1!.Value.Value.ShouldBe(2 / 3.0, 1e-12);
        stage.Overall.MacroF1WithAbstain!.Value.Value.ShouldBe((2 / 3.0 + 2 / 3.0 + 0.5) / 3, 1e-12);
        stage.Overall.Confusion[1, 6].ShouldBe(1);
        (stage.Overall.Sure.Count, stage.Overall.Sure.Of).ShouldBe((2, 4));
        stage.Overall.Statuses.ShouldBe(new Dictionary<DecisionStatus, long>
        {
            [DecisionStatus.Decided] = 2, [DecisionStatus.Abstained] = 2, [DecisionStatus.Unsure] = 1,
        }, ignoreOrder: true);
        stage.Errors.Select(error => error.Id).ShouldBe(["4", "2"], "the most confident error first");
        stage.Overall.Steps["rules"].ShouldBe(5);
    }

    [Fact]
    public void Evaluate_UnsureWrongAnswer_IsNoWrongWrite()
    {
        var stage = Measure(Row("1", null, "closed-won", 0.4, sure: false), Row("2", null, null, 0.9)).Find("stage")!;

        var won = stage.Overall.Classes[4];
        (won.Wrong.Count, won.WrongAndDecided.Count).ShouldBe((1, 0));
    }

    [Fact]
    public void Evaluate_HardRowsAndGroups_AreReportedApart()
    {
        var hard = Row("1", "demo", "demo", 0.9);
        var stage = Evaluator.Evaluate(
            Shipped, "x",
            [
                hard with { Row = hard.Row with { IsHard = true, Group = "a" } },
                Row("2", "demo", null, 0.9) with { Row = Row("2", "demo", null, 0.9).Row with { IsHard = false, Group = "b" } },
            ],
            new EvaluationOptions { ByGroup = true }).Find("stage")!;

        (stage.Hard!.Accuracy.Value, stage.Plain!.Accuracy.Value).ShouldBe((1, 0));
        stage.Groups.Select(pair => (pair.Key, pair.Value.Rows)).ShouldBe([("a", 1L), ("b", 1L)]);
    }

    [Fact]
    public void Evaluate_TaxonomyNobodyJudged_IsLeftOut() => Measure(Row("1", "demo", "demo", 0.9)).Taxonomies.Select(result => result.Taxonomy).ShouldBe(["stage"]);

    [Fact]
    public void Evaluate_NotAsked_IsCountedAndLeftOut()
    {
        var result = Measure(Row("1", "demo", "demo", 0.9), Row("2", "demo", "demo", 0.9) with { Decisions = [] }).Find("stage")!;

        (result.NotAsked, result.Overall.Rows).ShouldBe((1, 1));
    }

    [Fact]
    public void Evaluate_HostedCosts_AreAddedUp()
    {
        var result = Measure(
            Row("1", "demo", "demo", 0.9) with { Usage = new TokenUsage(100, 20, 10), CostUsd = 0.01m },
            Row("2", "demo", "demo", 0.9) with { Usage = new TokenUsage(50, 0, 5), CostUsd = 0.02m });

        (result.Usage, result.CostUsd).ShouldBe((new TokenUsage(150, 20, 15), 0.03m));
    }

    [Fact]
    public void Evaluate_LabelOfNoTaxonomy_IsRefused() => Should.Throw<ArgumentException>(() => Measure(Row("1", "poem", "demo", 0.9)));

    [Fact]
    public void Evaluate_ShippedCascade_DecidesAndMeasures()
    {
        LabelledRow row = new("7", new ActivityContent(ActivityType.Note, "Signed order form", "Ines emailed the signed order form and PO 4471 this morning, deal done.", CrmEvidence.None),
            new Dictionary<string, string?> { ["engagement"] = "engaged", ["stage"] = "closed-won" });

        var result = Evaluator.Evaluate(Cascade.CreateDefault(), [row]);

        result.Taxonomies.Select(taxonomy => taxonomy.Overall.Accuracy.Value).ShouldBe([1, 1]);
        result.ModelVersion.ShouldBe(Cascade.CreateDefault().ModelVersion);
    }

    [Fact]
    public void Compare_SameTaxonomy_CountsThePairs()
    {
        var comparison = Comparison.Compare(
            Shipped, [Row("1", "demo", "demo", 1), Row("2", "demo", null, 1), Row("3", "demo", null, 1), Row("4", null, "demo", 1)],
            Shipped, [Row("1", "demo", "demo", 1), Row("2", "demo", "demo", 1), Row("3", "demo", "demo", 1), Row("4", null, "discovery", 1)]).Single(pair => pair.Taxonomy == "stage");

        (comparison.Test.BothRight, comparison.Test.OnlyFirst, comparison.Test.OnlySecond, comparison.Test.BothWrong).ShouldBe((1, 0, 2, 1));
        comparison.LeftOut.ShouldBe(0);
        comparison.Say("A", "B").ShouldBe("Sales stage: B is better than A on 2 rows and worse on 0, of 4; p = 0.500, that may be chance.");
    }

    [Fact]
    public void Compare_OtherLabelIds_PairsByCrmValueAndSaysWhatIsLeftOut()
    {
        var other = new TaxonomySet(
        [
            Shipped["stage"] with
            {
                Labels = [.. Shipped["stage"].Labels.Where(label => label.Id != "demo").Select(label => label with { Id = "s-" + label.Id }), Shipped["stage"].Labels[1] with { Id = "pilot", Value = "Pilot" }],
            },
        ]);

        var comparison = Comparison.Compare(
            Shipped, [Row("1", "demo", "demo", 1), Row("2", "closed-won", "demo", 1), Row("3", null, null, 1)],
            other, [Row("1", "pilot", "pilot", 1), Row("2", "s-closed-won", "s-closed-won", 1), Row("3", null, "pilot", 1)]).Single();

        (comparison.Test.OnlyFirst, comparison.Test.OnlySecond, comparison.LeftOut).ShouldBe((1, 1, 1));
        comparison.OnlyFirst.ShouldBe(["Demo"]);
        comparison.OnlySecond.ShouldBe(["Pilot"]);
    }

    private static EvaluationResult Measure(params JudgedRow[] rows) => Evaluator.Evaluate(Shipped, "test", rows);

    private static JudgedRow Row(string id, string? truth, string? answer, double confidence, bool sure = true) => new(
        new LabelledRow(id, Content, new Dictionary<string, string?> { ["stage"] = truth }),
        [
            new LabelDecision("stage", "1", answer, !sure ? DecisionStatus.Unsure : answer is null ? DecisionStatus.Abstained : DecisionStatus.Decided, confidence, "rules", [], "rules-1"),
        ]);
}
