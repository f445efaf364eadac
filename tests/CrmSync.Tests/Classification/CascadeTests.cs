using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification;

public sealed class CascadeTests
{
    private static readonly TaxonomySet Shipped = TaxonomySet.LoadShipped();
    private static readonly ActivityContent Content = new(ActivityType.Note, "Ola", "Spoke with Ola.", CrmEvidence.None);

    [Fact]
    public void Decide_FirstStepSure_LaterStepIsNotAsked()
    {
        var first = new FixedStep("first", new() { ["engagement"] = [new("engaged", 0.9), new("nd", 0.1)], ["stage"] = [new("demo", 0.4), new(null, 0.6)] });
        var second = new FixedStep("second", new() { ["stage"] = [new("demo", 0.8), new(null, 0.2)] });

        var decisions = Create([first, second], 0.7).Decide(Content);

        second.Asked.ShouldBe(["stage"]);
        decisions.Select(d => (d.Taxonomy, d.Label, d.Status, d.DecidedBy, d.ModelVersion)).ShouldBe(
        [
            ("engagement", "engaged", DecisionStatus.Decided, "first", "first-1"),
            ("stage", "demo", DecisionStatus.Decided, "second", "second-1"),
        ]);
    }

    [Fact]
    public void Decide_NobodySure_KeepsTheLastOpinionAsUnsure()
    {
        var first = new FixedStep("first", new() { ["engagement"] = [new("engaged", 0.5), new("nd", 0.5)] });
        var second = new FixedStep("second", new() { ["engagement"] = [new("engaged", 0.4), new("nd", 0.6)] });

        var decisions = Create([first, second], 0.7).Decide(Content);

        (decisions[0].Label, decisions[0].Status, decisions[0].DecidedBy).ShouldBe(("nd", DecisionStatus.Unsure, "second"));
        (decisions[1].Label, decisions[1].Status, decisions[1].Confidence).ShouldBe((null, DecisionStatus.Unsure, 0));
    }

    [Fact]
    public void Decide_NoDefinitionCovers_Abstains()
    {
        var step = new FixedStep("only", new() { ["stage"] = [new("demo", 0.1), new(null, 0.9)] });

        var stage = Create([step], 0.7).Decide(Content)[1];

        (stage.Label, stage.Status, stage.Confidence).ShouldBe((null, DecisionStatus.Abstained, 0.9));
    }

    [Fact]
    public void Decide_ThresholdOfOneLabel_WinsOverTheTaxonomys()
    {
        var step = new FixedStep("only", new() { ["stage"] = [new("closed-won", 0.8), new(null, 0.2)] });
        var options = new CascadeOptions { Thresholds = new Dictionary<string, double> { ["stage"] = 0.5, ["stage/closed-won"] = 0.9 } };

        new Cascade(Shipped, [step], options).Decide(Content)[1].Status.ShouldBe(DecisionStatus.Unsure);
    }

    [Fact]
    public void Decide_NoSetting_HoldsToTheStepsOwnThreshold()
    {
        Dictionary<string, LabelScore[]> scores = new() { ["stage"] = [new("demo", 0.8), new(null, 0.2)] };

        new Cascade(Shipped, [new FixedStep("only", scores, 0.9)]).Decide(Content)[1].Status.ShouldBe(DecisionStatus.Unsure);
        new Cascade(Shipped, [new FixedStep("only", scores, 0.7)]).Decide(Content)[1].Status.ShouldBe(DecisionStatus.Decided);
    }

    [Fact]
    public void Decide_SureEarlyStepThatMayNotSettle_LaterStepHasTheLastWord()
    {
        var first = new FixedStep("early", new() { ["stage"] = [new("demo", 0.99), new(null, 0.01)] });
        var second = new FixedStep("late", new() { ["stage"] = [new("demo", 0.1), new(null, 0.9)] });

        var stage = Create([first, second], 0.7).Decide(Content)[1];

        (stage.Label, stage.DecidedBy).ShouldBe((null, "late"));
    }

    [Fact]
    public void Constructor_ThresholdOutsideRange_NamesIt() =>
        Should.Throw<ArgumentException>(() => new Cascade(Shipped, [new FixedStep("x", [])], new CascadeOptions { DefaultThreshold = 1.2 })).Message.ShouldContain("\"default\"");

    [Fact]
    public void ModelVersion_NamesTaxonomiesAndSteps() => Cascade.CreateDefault().ModelVersion.ShouldBe($"engagement-1+stage-1+rules-1+{LocalModel.LoadShipped().Version}");

    [Fact]
    public void Decide_ShippedCascade_NamesEvidenceOfTheLabel()
    {
        var decision = Cascade.CreateDefault().Decide(new ActivityContent(ActivityType.Call, "LVM", "", CrmEvidence.None))[0];

        decision.Status.ShouldBe(DecisionStatus.Decided);
        decision.Evidence.Select(evidence => evidence.Rule).ShouldContain("voicemail-left");
        decision.Evidence.Count.ShouldBeLessThanOrEqualTo(LabelDecision.MaxEvidence);
    }

    [Fact]
    public void Decide_FromManyThreads_GivesTheSameAnswers()
    {
        var cascade = Cascade.CreateDefault();
        ActivityContent[] contents = [.. Enumerable.Range(0, 200).Select(i => Content with { Body = $"Spoke with Ola about {i} sites, she wants a price." })];
        var alone = contents.Select(content => Summary(cascade.Decide(content))).ToArray();

        var together = contents.AsParallel().AsOrdered().Select(content => Summary(cascade.Decide(content))).ToArray();

        together.ShouldBe(alone);
    }

    [Fact]
    public void Decide_ThirdTaxonomy_VotesByItsCuesWithoutCode()
    {
        var tone = TaxonomyFile.Parse("""
            {
              "schema": "crmsync/taxonomy/1", "id": "tone", "version": "1", "name": "Tone", "abstains": true, "appliesTo": ["note"], "properties": { "hubspot": "tone" },
              "labels": [
                { "id": "warm", "value": "WARM", "name": "Warm", "definition": "Friendly.", "cues": ["(lovely|great) chat"], "colour": "#ff8800" },
                { "id": "cold", "value": "COLD", "name": "Cold", "definition": "Not.", "cues": ["slammed the phone"], "negativeCues": ["lovely"], "colour": "#0088ff" }
              ]
            }
            """, "tone.json");
        var cascade = Cascade.CreateDefault(new TaxonomySet([tone]));

        var decision = cascade.Decide(Content with { Body = "A lovely chat." }).ShouldHaveSingleItem();

        decision.Label.ShouldBe("warm");
        decision.Evidence[0].Rule.ShouldBe("cue-tone-warm");
        cascade.Decide(Content with { Type = ActivityType.Call }).ShouldBeEmpty();
    }

    [Fact]
    public void Decide_LabelTakenOutOfTheTaxonomy_IsNeverGiven()
    {
        var stage = Shipped["stage"];
        var cascade = Cascade.CreateDefault(new TaxonomySet([stage with { Labels = [.. stage.Labels.Where(label => label.Id != "closed-won")] }]));

        cascade.Decide(Content with { Body = "Signed order form attached, PO 4471, deal done." })[0].Label.ShouldNotBe("closed-won");
    }

    [Fact]
    public void Decide_RuleThatRestsOnAFact_PointsAtWhatEstablishedIt()
    {
        var content = new ActivityContent(ActivityType.Call, "Ola", "rang twice, left a voicemail", CrmEvidence.None);

        var evidence = Cascade.CreateDefault().Decide(content)[0].Evidence.First(one => one.Rule == "voicemail-left");

        ActivityZoner.Zone(content).Decoded.Substring(evidence.Start!.Value, evidence.Length!.Value).ShouldContain("voicemail");
    }

    [Theory]
    [InlineData(ActivityType.Meeting, 60, null, true)]
    [InlineData(ActivityType.Meeting, -1, null, false)]
    [InlineData(ActivityType.Meeting, 60, "CANCELED", false)]
    [InlineData(ActivityType.Call, 60, null, false)]
    public void MustWait_MeetingNotOver_Waits(ActivityType type, int minutesToEnd, string? outcome, bool waits)
    {
        var now = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
        var content = new ActivityContent(type, "", "", new CrmEvidence { EndsAt = now.AddMinutes(minutesToEnd), Outcome = outcome });

        Cascade.MustWait(content, now).ShouldBe(waits);
    }

    private static string Summary(IReadOnlyList<LabelDecision> decisions) => string.Join('|', decisions.Select(d => $"{d.Label} {d.Confidence:R}"));

    private static Cascade Create(ICascadeStep[] steps, double threshold) =>
        new(Shipped, steps, new CascadeOptions { DefaultThreshold = threshold, Settles = new Dictionary<string, double> { ["first"] = threshold } });

    private sealed class FixedStep(string name, Dictionary<string, LabelScore[]> scores, double? threshold = null) : ICascadeStep
    {
        public string Name => name;

        public string Version => name + "-1";

        public List<string> Asked { get; } = [];

        public double? ThresholdOf(string taxonomy, string? label) => threshold;

        public bool Covers(Taxonomy taxonomy) => scores.ContainsKey(taxonomy.Id);

        public IReadOnlyList<StepOpinion> Consider(CascadeInput input, IReadOnlyList<Taxonomy> open)
        {
            Asked.AddRange(open.Select(taxonomy => taxonomy.Id));
            return [.. open.Where(taxonomy => scores.ContainsKey(taxonomy.Id)).Select(taxonomy => new StepOpinion(taxonomy.Id, scores[taxonomy.Id], []))];
        }
    }
}
