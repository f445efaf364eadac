using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>A model card as people read it, in Markdown.</summary>
public static class ModelCardText
{
    /// <summary>Writes the card.</summary>
    public static string Write(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var text = new StringBuilder();
        Line(text, $"# {card.Version}");
        Line(text, $"");
        Line(text, $"A local model for CrmSync: shared network over hashed words, structure and rule votes. Trained {card.CreatedAt:yyyy-MM-dd}, seed {card.Seed}, {card.Features:N0} features.");
        Line(text, $"");
        Line(text, $"Figures are for rows of writers that the judged model had not seen ({card.Folds} parts, writers never divided), with 95 % intervals. Calibration and thresholds were read off the same answers. Rows that were chosen because they are hard teach, but are not judged by, where enough others are there.");
        foreach (var head in card.Heads)
            Write(text, head);
        Line(text, $"");
        Line(text, $"## Data");
        Line(text, $"");
        Line(text, $"| Writer or source | Rows |");
        Line(text, $"|---|---|");
        foreach (var source in card.Sources)
            Line(text, $"| {source.Name} | {source.Rows:N0} |");
        Line(text, $"");
        Line(text, $"All people and companies in the shipped rows are invented. What the model is for: labelling past sales activities by the definitions of the taxonomies. What it is not for: forecasting deals, judging people.");
        return text.ToString();
    }

    private static void Write(StringBuilder text, HeadCard head)
    {
        Line(text, $"");
        Line(text, $"## {head.Taxonomy}, definitions {head.TaxonomyVersion}");
        Line(text, $"");
        Line(text, $"{head.Rows:N0} rows: {Figure(head.Accuracy)} right, macro-F1 {Figure(head.MacroF1)}; {head.TrainingAccuracy:0.000} right on the training rows themselves. Calibration error {head.CalibrationError:0.000}. {head.Coverage:P1} of rows are sure enough to be written, {head.Risk:P2} of these wrong.");
        Line(text, $"");
        Line(text, $"| Label | Rows | Precision | Recall | F1 | Threshold |");
        Line(text, $"|---|---|---|---|---|---|");
        foreach (var label in head.Labels)
            Line(text, $"| {label.Label ?? "(abstain)"} | {label.Rows:N0} | {Figure(label.Precision)} | {Figure(label.Recall)} | {Figure(label.F1)} | {label.Threshold:0.00} |");
    }

    private static string Figure(Estimate? estimate) => estimate is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"{known.Value:0.000} ({known.Low:0.000}-{known.High:0.000})")
        : "-";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
