using System.Globalization;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// Trains a <see cref="LocalModel"/>: validates over writers that the judged model has not seen, calibrates and sets thresholds on those answers, then
/// fits the model to all rows. Figures, calibration and thresholds come from rows as activities come, where there are enough; all others only teach
/// (<see cref="TrainingRow.IsChosen"/>). Deterministic; nothing is written anywhere.
/// </summary>
public static class ModelTrainer
{
    /// <summary>A taxonomy with fewer judged rows is left to the rules.</summary>
    public const int MinRowsPerTaxonomy = 40;

    /// <summary>With fewer judged rows that nobody chose, a taxonomy is calibrated on all of its rows.</summary>
    public const int MinRowsAsTheyCome = 300;

    /// <summary>Trains.</summary>
    /// <param name="taxonomies">The taxonomies; one with fewer than <see cref="MinRowsPerTaxonomy"/> judged rows gets no part in the model.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellationToken">Stops between epochs.</param>
    /// <exception cref="ArgumentException">No taxonomy has enough judged rows.</exception>
    public static TrainedModel Train(
        TaxonomySet taxonomies, IReadOnlyList<TrainingRow> rows, TrainingOptions options, IProgress<string>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(taxonomies);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        List<HeadShape> heads =
        [
            .. taxonomies.All.Where(taxonomy => rows.Count(row => row.Labels.ContainsKey(taxonomy.Id)) >= MinRowsPerTaxonomy).Select(taxonomy =>
                new HeadShape(taxonomy.Id, [.. taxonomy.Labels.Select(label => label.Id), .. taxonomy.Abstains ? (string?[])[null] : []])),
        ];
        if (heads.Count == 0)
            throw new ArgumentException($"No taxonomy has {MinRowsPerTaxonomy} judged rows; label more rows.", nameof(rows));

        progress?.Report(string.Create(CultureInfo.InvariantCulture, $"Reading the features of {rows.Count:N0} rows"));
        var set = TrainingSet.Read(rows, heads, RulesStep.Create(taxonomies), cancellationToken);
        var validation = CrossValidation.Run(set, options, progress, cancellationToken);
        var calibrated = heads.Select((head, index) => CalibratedHead.Of(head, taxonomies[head.Taxonomy].Version, index, set, validation, options)).ToList();
        List<ModelHead> fitted = [.. calibrated.Select(head => head.Head)];

        progress?.Report("Fitting the model to all rows");
        IReadOnlyList<int> all = [.. Enumerable.Range(0, rows.Count)];
        var table = set.Table(all, options.MinRows);
        var input = new SparseInput();
        var samples = all.Select(row => set.Sample(row, table, input)).ToList();
        var network = NetworkTrainer.Fit(samples, heads, table.Hashes.Count, options, cancellationToken)
            .Shifted([.. calibrated.SelectMany(head => head.Calibration.Shifts)]);

        var order = set.CommonestFirst(table);
        network = network.Reordered(order);
        table = new FeatureTable([.. order.Select(row => table.Hashes[row])], network.Scales);
        samples = [.. all.Select(row => set.Sample(row, table, input))];
        var unseen = OutOfFold(set, validation, calibrated);
        var result = Evaluator.Evaluate(taxonomies, "validation", [.. unseen.Select(row => row.Judge(calibrated)).Where(row => row.Decisions.Count > 0)]);
        var card = new ModelCard
        {
            CreatedAt = options.CreatedAt,
            Seed = options.Seed,
            Folds = validation.Folds,
            Features = table.Hashes.Count,
            Sources = [.. rows.CountBy(row => row.Group).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new SourceCard(pair.Key, pair.Value))],
            Heads = [.. fitted.Select((head, index) => CardOf(head, result.Find(head.Shape.Taxonomy)!, TrainingAccuracy(samples, network, heads, index)))],
        };
        return new TrainedModel(ModelFile.Create(card, fitted, table, network), result, unseen);
    }

    private static List<UnseenRow> OutOfFold(TrainingSet set, ValidationScores validation, List<CalibratedHead> heads) =>
    [
        .. set.Rows.Select((row, index) => new UnseenRow(row,
        [
            .. heads.Select((head, place) =>
            {
                var probabilities = (float[])validation.Scores[index][place].Clone();
                head.Calibration.Apply(probabilities);
                var shape = head.Head.Shape;
                return new StepOpinion(shape.Taxonomy, [.. probabilities.Select((probability, @class) => new LabelScore(shape.Labels[@class], probability))], []);
            }),
        ])),
    ];

    private static double TrainingAccuracy(List<Sample> samples, Network network, List<HeadShape> heads, int index)
    {
        var start = heads.Take(index).Sum(head => head.Length);
        var scores = new float[heads[index].Length];
        var hidden = new float[network.Width];
        int right = 0, judged = 0;
        foreach (var sample in samples.Where(sample => sample.Classes[index] >= 0))
        {
            network.Activate(sample.Rows, sample.Values, hidden);
            network.Scores(hidden, start, scores);
            judged++;
            right += Array.IndexOf(scores, scores.Max()) == sample.Classes[index] ? 1 : 0;
        }
        return judged == 0 ? 0 : (double)right / judged;
    }

    private static HeadCard CardOf(ModelHead head, TaxonomyResult result, double trainingAccuracy)
    {
        var figures = result.Overall;
        return new HeadCard(
            head.Shape.Taxonomy, head.TaxonomyVersion, figures.Rows, figures.Accuracy.Estimate ?? default, figures.MacroF1, trainingAccuracy,
            figures.Calibration.EqualMass, figures.Rows == 0 ? 0 : (double)figures.Sure.Of / figures.Rows, 1 - figures.Sure.Value,
            [
                .. figures.Classes.Select((one, index) => new LabelCard(
                    one.Answer.Label, one.Recall.Of, one.Precision.Estimate, one.Recall.Estimate, one.F1, head.Thresholds[index])),
            ]);
    }
}

/// <summary>What training gives.</summary>
/// <param name="Model">The model.</param>
/// <param name="Validation">Figures on rows of writers that the judged models had not seen. Calibration and thresholds were read off the same answers: a few numbers.</param>
/// <param name="Unseen">Those answers, row by row in the order of the training rows; likely label errors are found from them.</param>
public sealed record TrainedModel(LocalModel Model, EvaluationResult Validation, IReadOnlyList<UnseenRow> Unseen);

/// <summary>A training row with what a model thinks of it that was trained without its writer.</summary>
/// <param name="Row">The row.</param>
/// <param name="Opinions">One per taxonomy of the model.</param>
public sealed record UnseenRow(TrainingRow Row, IReadOnlyList<StepOpinion> Opinions)
{
    /// <summary>The row with the decisions of the heads that are judged by it.</summary>
    internal JudgedRow Judge(IReadOnlyList<CalibratedHead> heads) =>
        new(LabelledRow.From(Row), [.. heads.Zip(Opinions).Where(pair => pair.First.IsJudgedBy(Row)).Select(pair => Decide(pair.First.Head, pair.Second))]);

    private static LabelDecision Decide(ModelHead head, StepOpinion opinion)
    {
        var best = 0;
        for (var i = 1; i < opinion.Scores.Count; i++)
            best = opinion.Scores[i].Probability > opinion.Scores[best].Probability ? i : best;
        var (label, probability) = opinion.Scores[best];
        var status = probability < head.Thresholds[best] ? DecisionStatus.Unsure : label is null ? DecisionStatus.Abstained : DecisionStatus.Decided;
        return new LabelDecision(opinion.Taxonomy, head.TaxonomyVersion, label, status, probability, ModelStep.StepName, [], "validation");
    }
}
