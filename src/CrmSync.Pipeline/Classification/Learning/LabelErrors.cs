namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>A labelled row and what a model that has not seen it thinks.</summary>
/// <param name="Id">The row.</param>
/// <param name="Given">Index of the label that people gave.</param>
/// <param name="Probabilities">Out-of-fold probability of each label; they add up to 1.</param>
public sealed record OutOfFold(string Id, int Given, IReadOnlyList<double> Probabilities);

/// <summary>A row whose given label is likely wrong.</summary>
/// <param name="Id">The row.</param>
/// <param name="Given">Index of the given label.</param>
/// <param name="Likely">Index of the label that it more likely has.</param>
/// <param name="Margin">Probability of the given label minus that of the likely one, -1 to 1; the lower, the likelier an error.</param>
public sealed record LabelError(string Id, int Given, int Likely, double Margin);

/// <summary>
/// Finds likely label errors by confident learning (C. G. Northcutt, L. Jiang, I. L. Chuang 2021; as applied in arXiv 2103.14749). A label's threshold is the
/// mean probability that the model gives it on the rows that carry it; a row counts as confidently another label where that label's probability reaches that
/// label's threshold and is the greatest that does. Pure and deterministic. It wants probabilities from models that have not seen the row; those of a model
/// trained on it agree with every mistake.
/// </summary>
public static class LabelErrors
{
    /// <summary>Likely errors, the likeliest first; ties by id.</summary>
    /// <param name="rows">Rows of one taxonomy.</param>
    /// <param name="labels">How many labels there are; "no definition covers it" counts as one.</param>
    public static IReadOnlyList<LabelError> Find(IReadOnlyList<OutOfFold> rows, int labels)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 2);
        var thresholds = Thresholds(rows, labels);
        List<LabelError> errors = [];
        foreach (var row in rows)
        {
            var likely = ConfidentLabel(row, thresholds);
            if (likely is { } other && other != row.Given)
                errors.Add(new LabelError(row.Id, row.Given, other, row.Probabilities[row.Given] - row.Probabilities[other]));
        }
        return [.. errors.OrderBy(error => error.Margin).ThenBy(error => error.Id, StringComparer.Ordinal)];
    }

    // A label that nobody gave has no threshold that could be reached.
    private static double[] Thresholds(IReadOnlyList<OutOfFold> rows, int labels)
    {
        var sums = new double[labels];
        var counts = new int[labels];
        foreach (var row in rows)
        {
            if (row.Probabilities.Count != labels || row.Given < 0 || row.Given >= labels)
                throw new ArgumentException($"Row {row.Id} speaks of other labels than the {labels} given.", nameof(rows));
            sums[row.Given] += row.Probabilities[row.Given];
            counts[row.Given]++;
        }
        return [.. Enumerable.Range(0, labels).Select(label => counts[label] == 0 ? double.PositiveInfinity : sums[label] / counts[label])];
    }

    private static int? ConfidentLabel(OutOfFold row, double[] thresholds)
    {
        int? best = null;
        for (var label = 0; label < thresholds.Length; label++)
            if (row.Probabilities[label] >= thresholds[label] && (best is null || row.Probabilities[label] > row.Probabilities[best.Value]))
                best = label;
        return best;
    }
}
