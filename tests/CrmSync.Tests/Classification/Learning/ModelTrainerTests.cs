using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification.Learning;

public sealed class ModelTrainerTests
{
    internal static readonly TaxonomySet Taxonomies = new([TaxonomyFile.Parse("""
        {
          "schema": "crmsync/taxonomy/1", "id": "fruit", "version": "3", "name": "Fruit", "abstains": true, "properties": { "hubspot": "fruit" },
          "labels": [
            { "id": "apple", "value": "APPLE", "name": "Apple", "definition": "Apples.", "colour": "#ff0000" },
            { "id": "plum", "value": "PLUM", "name": "Plum", "definition": "Plums.", "colour": "#0000ff" }
          ]
        }
        """, "fruit.json")]);

    internal static readonly TrainingOptions Options = new() { Members = 2, Hidden = 8, Epochs = 12, Folds = 3, CreatedAt = DateTimeOffset.UnixEpoch };

    [Fact]
    public void Train_WordsThatTellTheLabels_LearnsThemAndGeneralisesToNewWriters()
    {
        var trained = ModelTrainer.Train(Taxonomies, Rows(240), Options, cancellationToken: TestContext.Current.CancellationToken);
        var cascade = Cascade.CreateDefault(Taxonomies, model: trained.Model);

        Decide(cascade, "the orchard sent ripe braeburn today").Label.ShouldBe("apple");
        Decide(cascade, "the orchard sent ripe damson today").Label.ShouldBe("plum");
        Decide(cascade, "the orchard sent nothing today").ShouldSatisfyAllConditions(one => one.Label.ShouldBeNull(), one => one.DecidedBy.ShouldBe("model"));
        trained.Validation.Find("fruit").ShouldNotBeNull().Overall.Accuracy.Value.ShouldBeGreaterThan(0.95);
        trained.Unseen.Count.ShouldBe(240);
        trained.Model.Card.Heads.ShouldHaveSingleItem().TaxonomyVersion.ShouldBe("3");
    }

    [Fact]
    public void Train_LabelsAtRandom_SaysThatItIsWorthless()
    {
        var random = new Random(5);
        var rows = Rows(240).Select(row => row with { Labels = new Dictionary<string, string?> { ["fruit"] = random.Next(2) == 0 ? "apple" : "plum" } }).ToList();

        var card = ModelTrainer.Train(Taxonomies, rows, Options, cancellationToken: TestContext.Current.CancellationToken).Model.Card.Heads[0];

        // Half right by chance on unseen writers, much more on rows learned by heart: the card must not hide the gap, and nothing may count as sure.
        card.Accuracy.Value.ShouldBeInRange(0.3, 0.7);
        card.TrainingAccuracy.ShouldBeGreaterThan(card.Accuracy.Value + 0.1);
        card.Coverage.ShouldBeLessThan(0.05);
    }

    [Fact]
    public void Train_RowsChosenBecauseTheyAreHard_TeachButAreNotJudgedBy()
    {
        var usual = Rows(480);
        // Of what was chosen every answer is wrong: judged by it, the model would be worthless.
        var chosen = Rows(120).Select(row => row with { Id = $"chosen-{row.Id}", Labels = new Dictionary<string, string?> { ["fruit"] = "plum" }, IsChosen = true }).ToList();

        var trained = ModelTrainer.Train(Taxonomies, [.. usual, .. chosen], Options, cancellationToken: TestContext.Current.CancellationToken);
        var few = ModelTrainer.Train(Taxonomies, [.. usual.Take(240), .. chosen], Options, cancellationToken: TestContext.Current.CancellationToken);

        trained.Model.Card.Heads[0].Rows.ShouldBe(480);
        trained.Model.Card.Heads[0].Accuracy.Value.ShouldBeGreaterThan(0.9);
        trained.Model.Card.Sources.Sum(source => source.Rows).ShouldBe(600);
        trained.Unseen.Count.ShouldBe(600);
        // Too few rows as activities come: better judged by all than by hardly any.
        few.Model.Card.Heads[0].Rows.ShouldBe(360);
    }

    [Fact]
    public void Train_TheProbabilitiesOfTheModel_AreCalibratedAsTheCardSays()
    {
        // Half the apples among the chosen rows are called plums, so that apples look too rare.
        var usual = Rows(480);
        var chosen = Rows(480).Select((row, index) => row with
        {
            Id = $"chosen-{row.Id}", IsChosen = true,
            Labels = index % 2 == 0 && row.Labels["fruit"] == "apple" ? new Dictionary<string, string?> { ["fruit"] = "plum" } : row.Labels,
        }).ToList();

        var trained = ModelTrainer.Train(Taxonomies, [.. usual, .. chosen], Options, cancellationToken: TestContext.Current.CancellationToken);
        var step = Cascade.CreateDefault(Taxonomies, model: trained.Model);

        trained.Model.Card.Heads[0].CalibrationError.ShouldBeLessThan(0.06);
        usual.Count(row => step.Decide(row.Content)[0].Label == row.Labels["fruit"]).ShouldBeGreaterThan(460);
    }

    [Fact]
    public void Train_Twice_GivesTheSameBytes()
    {
        var first = Bytes(ModelTrainer.Train(Taxonomies, Rows(120), Options, cancellationToken: TestContext.Current.CancellationToken).Model);
        var second = Bytes(ModelTrainer.Train(Taxonomies, Rows(120), Options, cancellationToken: TestContext.Current.CancellationToken).Model);
        var other = Bytes(ModelTrainer.Train(Taxonomies, Rows(120), Options with { Seed = 2 }, cancellationToken: TestContext.Current.CancellationToken).Model);

        second.ShouldBe(first);
        other.ShouldNotBe(first);
    }

    [Fact]
    public void Train_TooFewRows_SaysSo() => Should.Throw<ArgumentException>(() =>
        ModelTrainer.Train(Taxonomies, Rows(20), Options, cancellationToken: TestContext.Current.CancellationToken)).Message.ShouldContain("label more rows");

    [Fact]
    public void Train_RowsWithoutAnAnswerForOneTaxonomy_TeachTheOther()
    {
        var both = new TaxonomySet([.. Taxonomies.All, .. TaxonomySet.LoadShipped().All]);

        var trained = ModelTrainer.Train(both, Rows(120), Options, cancellationToken: TestContext.Current.CancellationToken);

        trained.Model.Taxonomies.ShouldBe(["fruit"]);
        Cascade.CreateDefault(both, model: trained.Model).Decide(Content("ripe braeburn")).Select(one => (one.Taxonomy, one.DecidedBy))
            .ShouldBe([("fruit", "model"), ("engagement", "rules"), ("stage", "rules")]);
    }

    private static LabelDecision Decide(Cascade cascade, string body) => cascade.Decide(Content(body)).ShouldHaveSingleItem();

    private static byte[] Bytes(LocalModel model)
    {
        using var stream = new MemoryStream();
        model.Write(stream);
        return stream.ToArray();
    }

    /// <summary>Six writers with words of their own; one word tells the label.</summary>
    internal static IReadOnlyList<TrainingRow> Rows(int count)
    {
        var random = new Random(11);
        string[] filler = ["orchard", "market", "basket", "lorry", "today", "ripe", "crate", "early", "weather", "sent"];
        string[] apples = ["braeburn", "pippin", "cox"], plums = ["damson", "mirabelle", "greengage"];
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var kind = random.Next(3);
                var words = Enumerable.Range(0, 6).Select(_ => filler[random.Next(filler.Length)])
                    .Append(kind == 0 ? apples[random.Next(3)] : kind == 1 ? plums[random.Next(3)] : "nothing").Append($"writer{i % 6}");
                return new TrainingRow($"{i}", $"w{i % 6}", Content(string.Join(' ', words)), new Dictionary<string, string?> { ["fruit"] = kind == 0 ? "apple" : kind == 1 ? "plum" : null });
            }),
        ];
    }

    private static ActivityContent Content(string body) => new(ActivityType.Note, "", body, CrmEvidence.None);
}
