using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>What an evaluation should look at.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Seed of the bootstrap, so that intervals repeat. Default 20261.</summary>
    public int Seed { get; init; } = 20_261;

    /// <summary>Also figures per <see cref="LabelledRow.Group"/>. Default no.</summary>
    public bool ByGroup { get; init; }
}

/// <summary>Compares decisions with what people said. Pure; the same rows give the same figures.</summary>
public static class Evaluator
{
    private const string NoLabelColour = "#667085";
    private const int ProgressEvery = 500;

    /// <summary>Decides all rows and measures.</summary>
    /// <exception cref="ArgumentException">A row carries a label that its taxonomy lacks.</exception>
    public static EvaluationResult Evaluate(Cascade cascade, IReadOnlyList<LabelledRow> rows, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cascade);
        return Evaluate(cascade.Taxonomies, cascade.ModelVersion, Judge(cascade, rows), options);
    }

    /// <summary>Decides all rows, in their order.</summary>
    public static IReadOnlyList<JudgedRow> Judge(
        Cascade cascade, IReadOnlyList<LabelledRow> rows, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cascade);
        ArgumentNullException.ThrowIfNull(rows);
        List<JudgedRow> judged = new(rows.Count);
        foreach (var row in rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            judged.Add(new JudgedRow(row, cascade.Decide(row.Content)));
            if (judged.Count % ProgressEvery == 0)
                progress?.Report(judged.Count);
        }
        return judged;
    }

    /// <summary>Measures decisions that were made elsewhere: folds of a cross-validation, a hosted model's answers.</summary>
    /// <param name="taxonomies">The taxonomies that were asked.</param>
    /// <param name="modelVersion">What decided.</param>
    /// <param name="rows">Rows with their decisions.</param>
    /// <param name="options">What to look at.</param>
    /// <exception cref="ArgumentException">A row carries a label that its taxonomy lacks.</exception>
    public static EvaluationResult Evaluate(
        TaxonomySet taxonomies, string modelVersion, IReadOnlyList<JudgedRow> rows, EvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(taxonomies);
        ArgumentNullException.ThrowIfNull(rows);
        var wanted = options ?? new EvaluationOptions();
        var results = taxonomies.All.Select(taxonomy => Measure(taxonomy, rows, wanted)).OfType<TaxonomyResult>();
        return new EvaluationResult(
            modelVersion, rows.Count, [.. results],
            rows.Aggregate(default(TokenUsage), (sum, row) => sum + row.Usage), rows.Sum(row => row.CostUsd));
    }

    private static TaxonomyResult? Measure(Taxonomy taxonomy, IReadOnlyList<JudgedRow> rows, EvaluationOptions options)
    {
        List<Judgement> judgements = [];
        long notAsked = 0;
        foreach (var row in rows)
        {
            if (!row.Row.Labels.TryGetValue(taxonomy.Id, out var truth))
                continue;
            if (row.Decisions.FirstOrDefault(decision => decision.Taxonomy == taxonomy.Id) is { } decision)
                judgements.Add(new Judgement(row.Row, IndexOf(taxonomy, truth), IndexOf(taxonomy, decision.Label), decision));
            else
                notAsked++;
        }
        if (judgements.Count == 0)
            return null;
        List<AnswerClass> answers = [.. taxonomy.Labels.Select(label => new AnswerClass(label.Id, label.Value, label.Colour))];
        if (taxonomy.Abstains)
            answers.Add(new AnswerClass(null, "(abstain)", NoLabelColour));
        else if (judgements.Any(judgement => judgement.Answer == answers.Count || judgement.Truth == answers.Count))
            answers.Add(new AnswerClass(null, "(no answer)", NoLabelColour));
        return new TaxonomyResult(
            taxonomy.Id, taxonomy.Version, taxonomy.Name, answers, Figures(judgements)!,
            Figures([.. judgements.Where(judgement => judgement.Row.IsHard == true)]),
            Figures([.. judgements.Where(judgement => judgement.Row.IsHard == false)]),
            options.ByGroup
                ? new SortedDictionary<string, AnswerFigures>(
                    judgements.GroupBy(judgement => judgement.Row.Group).ToDictionary(group => group.Key, group => Figures([.. group])!), StringComparer.Ordinal)
                : [],
            notAsked,
            [.. judgements.Where(judgement => !judgement.IsRight).OrderByDescending(judgement => judgement.Decision.Confidence).Select(judgement => judgement.ToError(answers))]);

        AnswerFigures? Figures(IReadOnlyList<Judgement> judgements) =>
            judgements.Count == 0 ? null : FigureMaker.Make(answers, taxonomy.Labels.Count, taxonomy.Abstains, judgements, options.Seed);
    }

    /// <summary>Place of a label in the list of answers; "no label" stands behind the labels.</summary>
    private static int IndexOf(Taxonomy taxonomy, string? label)
    {
        if (label is null)
            return taxonomy.Labels.Count;
        for (var i = 0; i < taxonomy.Labels.Count; i++)
            if (taxonomy.Labels[i].Id == label)
                return i;
        throw new ArgumentException($"The label \"{label}\" is none of taxonomy \"{taxonomy.Id}\".");
    }
}

/// <summary>Truth and answer of one row and taxonomy, as places in the list of answers.</summary>
internal sealed record Judgement(LabelledRow Row, int Truth, int Answer, LabelDecision Decision)
{
    public bool IsRight => Truth == Answer;

    public EvaluationError ToError(IReadOnlyList<AnswerClass> answers) => new(
        Row.Id, Row.Line, answers[Truth], answers[Answer], Decision.Status, Decision.Confidence, Decision.DecidedBy, Row.IsHard, Decision.Evidence);
}
