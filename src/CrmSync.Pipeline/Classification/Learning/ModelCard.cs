using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>What a model is: data, date, version and figures, kept inside the model file.</summary>
public sealed record ModelCard
{
    /// <summary>Unique name of exactly these weights and thresholds.</summary>
    public string Version { get; init; } = "";

    /// <summary>When it was trained.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required int Seed { get; init; }

    /// <summary>Parts of the validation; writers are never divided.</summary>
    public required int Folds { get; init; }

    /// <summary>Features that it knows.</summary>
    public required int Features { get; init; }

    /// <summary>What it was trained on, by writer or source.</summary>
    public required IReadOnlyList<SourceCard> Sources { get; init; }

    /// <summary>How good it is on rows of writers that it had not seen, by taxonomy.</summary>
    public required IReadOnlyList<HeadCard> Heads { get; init; }
}

/// <summary>Training rows of one writer or source.</summary>
/// <param name="Name">The group of the rows.</param>
/// <param name="Rows">How many.</param>
public sealed record SourceCard(string Name, int Rows);

/// <summary>Validation figures of one taxonomy, on rows of writers that the judged model had not seen.</summary>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="TaxonomyVersion">Version of the definitions.</param>
/// <param name="Rows">Rows judged.</param>
/// <param name="Accuracy">Share of right answers.</param>
/// <param name="MacroF1">Mean F1 over the labels, abstaining counted as an answer; null where no label occurs.</param>
/// <param name="TrainingAccuracy">Share of right answers on the rows that it was trained on, 0 to 1; the gap tells how much it learned by heart.</param>
/// <param name="CalibrationError">Expected calibration error, 0 to 1.</param>
/// <param name="Coverage">Share of rows at or above their threshold, 0 to 1.</param>
/// <param name="Risk">Share of wrong answers among these, 0 to 1.</param>
/// <param name="Labels">Figures by label.</param>
public sealed record HeadCard(
    string Taxonomy, string TaxonomyVersion, long Rows, Estimate Accuracy, Estimate? MacroF1, double TrainingAccuracy, double CalibrationError, double Coverage,
    double Risk, IReadOnlyList<LabelCard> Labels);

/// <summary>Validation figures of one label.</summary>
/// <param name="Label">Label id; null for "no definition covers it".</param>
/// <param name="Rows">Rows that deserve it.</param>
/// <param name="Precision">Right ones among its answers; null where it was never answered.</param>
/// <param name="Recall">Found ones among its rows; null where there are none.</param>
/// <param name="F1">Harmonic mean of the two; null where it neither occurs nor was answered.</param>
/// <param name="Threshold">From which probability on the answer counts, 0 to 1.</param>
public sealed record LabelCard(string? Label, long Rows, Estimate? Precision, Estimate? Recall, Estimate? F1, double Threshold);
