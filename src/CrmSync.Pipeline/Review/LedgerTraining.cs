using System.Globalization;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Review;

/// <summary>What a proposal is made from.</summary>
/// <param name="Rows">Labelled rows to learn from.</param>
/// <param name="HeldOut">Labelled rows that no model ever learns from.</param>
/// <param name="Corrections">What people said; a part of it is always held out.</param>
public sealed record LedgerTrainingData(IReadOnlyList<TrainingRow> Rows, IReadOnlyList<TrainingRow> HeldOut, IReadOnlyList<TrainingRow> Corrections);

/// <summary>A trained model with its evaluation beside the active one.</summary>
public sealed record LedgerProposal(TrainedModel Trained, ModelEvaluation Evaluation);

/// <summary>
/// Learns from labelled rows and corrections, and judges the result beside the active model on rows that neither has learned from: the held-out rows, and one in
/// five corrections, chosen by their content, so that a correction which is held out today is held out for every model to come.
/// </summary>
public static class LedgerTraining
{
    /// <summary>How much more a correction counts than a row of a file: it is about this company's own words.</summary>
    public const double CorrectionWeight = 2;

    private const int HeldOutOneIn = 5;

    /// <summary>Whether a correction is kept for judging.</summary>
    public static bool IsHeldOut(TrainingRow correction)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return uint.Parse(correction.Content.ComputeHash().AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) % HeldOutOneIn == 0;
    }

    /// <summary>Trains and judges. Deterministic; stores nothing.</summary>
    /// <param name="taxonomies">The taxonomies in use.</param>
    /// <param name="data">What to learn from.</param>
    /// <param name="active">What decides now.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellationToken">Stops between epochs.</param>
    /// <exception cref="ArgumentException">No taxonomy has enough judged rows.</exception>
    public static LedgerProposal Run(
        TaxonomySet taxonomies, LedgerTrainingData data, Cascade active, TrainingOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(taxonomies);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(active);
        List<TrainingRow> corrections = [.. data.Corrections.Select(row => Known(row, taxonomies)).Where(row => row.Labels.Count > 0)];
        List<TrainingRow> rows = [.. data.Rows, .. corrections.Where(row => !IsHeldOut(row))];
        var trained = ModelTrainer.Train(taxonomies, rows, options, progress, cancellationToken);
        progress?.Report("Judging it beside the active model");
        List<LabelledRow> judged = [.. data.HeldOut.Concat(corrections.Where(IsHeldOut)).Select(LabelledRow.From)];
        var proposed = Cascade.CreateDefault(taxonomies, model: trained.Model);
        var comparisons = Comparison.Compare(
            taxonomies, Evaluator.Judge(active, judged, null, cancellationToken), taxonomies, Evaluator.Judge(proposed, judged, null, cancellationToken));
        return new LedgerProposal(trained, new ModelEvaluation(active.ModelVersion, rows.Count, rows.Count - data.Rows.Count, [.. comparisons.Select(Tell)])
        {
            Suspects = [.. SuspectRows.Find(trained.Unseen).Select(Suspect).OfType<SuspectLabel>()],
        });
    }

    // Definitions change: what a person said about a label that is no more teaches nothing.
    private static TrainingRow Known(TrainingRow row, TaxonomySet taxonomies) => row with
    {
        Labels = row.Labels.Where(pair => taxonomies.TryGet(pair.Key, out var taxonomy) && (pair.Value is null ? taxonomy.Abstains : taxonomy.Find(pair.Value) is not null))
            .ToDictionary(),
    };

    private static ModelComparison Tell(TaxonomyComparison compared)
    {
        var test = compared.Test;
        return new ModelComparison(
            compared.Taxonomy, test.BothRight + test.OnlyFirst + test.OnlySecond + test.BothWrong, test.BothRight + test.OnlySecond, test.BothRight + test.OnlyFirst,
            test.PValue, compared.Say("the active model", "the proposed one"));
    }

    private static SuspectLabel? Suspect(SuspectRow row) =>
        row.Row.Id.Split('/') is ["correction", var activity, _] && long.TryParse(activity, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new SuspectLabel(id, row.Taxonomy, row.Given, row.Likely, row.Margin)
            : null;
}
