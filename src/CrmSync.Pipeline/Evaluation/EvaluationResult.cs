using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>How decisions compare with what people said, taxonomy by taxonomy. Holds ids and figures, no text of any activity.</summary>
/// <param name="ModelVersion">Versions of all taxonomies and steps that decided.</param>
/// <param name="Rows">Rows judged.</param>
/// <param name="Taxonomies">One entry per taxonomy that has at least one judged row, in the order of the taxonomy set.</param>
/// <param name="Usage">Tokens that a hosted model took; zero without one.</param>
/// <param name="CostUsd">US dollars that a hosted model took; zero without one.</param>
public sealed record EvaluationResult(
    string ModelVersion, long Rows, IReadOnlyList<TaxonomyResult> Taxonomies, TokenUsage Usage, decimal CostUsd)
{
    /// <summary>The result of a taxonomy, or null where no row was judged on it.</summary>
    public TaxonomyResult? Find(string taxonomy) => Taxonomies.FirstOrDefault(result => result.Taxonomy == taxonomy);
}

/// <summary>All about one taxonomy.</summary>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Version">Version of the definitions.</param>
/// <param name="Name">What people read.</param>
/// <param name="Answers">
/// The classes, in the order of every list and matrix below: the labels, then, where the taxonomy abstains or something went unanswered, the answer that is no label.
/// </param>
/// <param name="Overall">Figures over all rows.</param>
/// <param name="Hard">Figures over the rows flagged as arguable; null where no row is.</param>
/// <param name="Plain">Figures over the rows flagged as not arguable; null where no row is.</param>
/// <param name="Groups">Figures by <see cref="LabelledRow.Group"/>, where asked for; else empty.</param>
/// <param name="NotAsked">Labelled rows that are left out, because the taxonomy is not asked of their activity type.</param>
/// <param name="Errors">Every wrong answer, most confident first.</param>
public sealed record TaxonomyResult(
    string Taxonomy,
    string Version,
    string Name,
    IReadOnlyList<AnswerClass> Answers,
    AnswerFigures Overall,
    AnswerFigures? Hard,
    AnswerFigures? Plain,
    IReadOnlyDictionary<string, AnswerFigures> Groups,
    long NotAsked,
    IReadOnlyList<EvaluationError> Errors);

/// <summary>A possible answer.</summary>
/// <param name="Label">Label id; null for the answer that is no label.</param>
/// <param name="Value">CRM value, or <c>(abstain)</c>, or <c>(no answer)</c> for a taxonomy that does not abstain.</param>
/// <param name="Colour">Display colour, <c>#rrggbb</c>.</param>
public sealed record AnswerClass(string? Label, string Value, string Colour);

/// <summary>
/// Figures over a set of rows. Every row counts with its likeliest answer, unsure ones too (as <c>classify</c> writes them); what the thresholds do stands in
/// <see cref="Sure"/> and <see cref="Statuses"/>.
/// </summary>
/// <param name="Rows">Rows counted.</param>
/// <param name="Accuracy">Right answers of all rows, abstaining counted as an answer.</param>
/// <param name="MacroF1">Mean F1 over the labels; null where no label occurs. For an abstaining taxonomy abstaining counts as an answer (it costs recall) but not as a class.</param>
/// <param name="MacroF1WithAbstain">Mean F1 over the labels and abstaining; equals <paramref name="MacroF1"/> for a taxonomy that does not abstain.</param>
/// <param name="Classes">One entry per answer of <see cref="TaxonomyResult.Answers"/>.</param>
/// <param name="Confusion">Rows by truth and answer.</param>
/// <param name="Calibration">Whether confidence means what it says.</param>
/// <param name="Risk">Risk against coverage, taking the most confident answers first.</param>
/// <param name="Sure">Right answers among rows that were not unsure: what the thresholds in use let through.</param>
/// <param name="Statuses">Rows by what became of them.</param>
/// <param name="Steps">Rows by the step that had the last word, by its name.</param>
public sealed record AnswerFigures(
    long Rows,
    Share Accuracy,
    Estimate? MacroF1,
    Estimate? MacroF1WithAbstain,
    IReadOnlyList<ClassFigures> Classes,
    ConfusionMatrix Confusion,
    CalibrationResult Calibration,
    SelectiveRiskResult Risk,
    Share Sure,
    IReadOnlyDictionary<DecisionStatus, long> Statuses,
    IReadOnlyDictionary<string, long> Steps)
{
    /// <summary>Coverage at which the risk is reported.</summary>
    public const double TargetCoverage = 0.85;

    /// <summary>Risk at which the coverage is reported.</summary>
    public const double TargetRisk = 0.03;
}

/// <summary>How one answer fared.</summary>
/// <param name="Answer">Which answer.</param>
/// <param name="Precision">Right ones among the rows that got the answer.</param>
/// <param name="Recall">Found ones among the rows that deserve it.</param>
/// <param name="F1">F1 with a bootstrap interval; null where the answer neither occurs nor is given.</param>
/// <param name="Wrong">Rows that got the answer wrongly, of all rows: "wrong Closed Won".</param>
/// <param name="WrongAndDecided">Of these, the ones above the threshold: what would be written wrongly.</param>
public sealed record ClassFigures(AnswerClass Answer, Share Precision, Share Recall, Estimate? F1, Share Wrong, Share WrongAndDecided);

/// <summary>One wrong answer.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Line">Its line in the file, 0 where there is none.</param>
/// <param name="Truth">What people said.</param>
/// <param name="Answer">What was decided.</param>
/// <param name="Status">Whether it was sure.</param>
/// <param name="Confidence">Its confidence, 0 to 1.</param>
/// <param name="DecidedBy">The step that had the last word.</param>
/// <param name="IsHard">Whether people could argue about it; null where nobody said.</param>
/// <param name="Evidence">What spoke for the answer, strongest first.</param>
public sealed record EvaluationError(
    string Id,
    long Line,
    AnswerClass Truth,
    AnswerClass Answer,
    DecisionStatus Status,
    double Confidence,
    string DecidedBy,
    bool? IsHard,
    IReadOnlyList<Evidence> Evidence);
