namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>One answer: how sure it was and whether it was right.</summary>
/// <param name="Confidence">0 to 1.</param>
/// <param name="IsRight">Whether it agrees with the truth.</param>
public readonly record struct Scored(double Confidence, bool IsRight);

/// <summary>Answers of similar confidence.</summary>
/// <param name="Low">Lowest confidence in the bin.</param>
/// <param name="High">Highest confidence in the bin.</param>
/// <param name="Rows">Answers in the bin, at least 1.</param>
/// <param name="MeanConfidence">What the bin promised, 0 to 1.</param>
/// <param name="Right">Right answers in the bin.</param>
public sealed record ReliabilityBin(double Low, double High, long Rows, double MeanConfidence, long Right)
{
    /// <summary>What the bin kept: its accuracy with a Wilson interval.</summary>
    public Estimate Accuracy => Wilson.Interval(Right, Rows);
}

/// <summary>Whether confidence means what it says.</summary>
/// <param name="EqualMass">
/// Expected calibration error over bins of (about) equally many answers; the figure that targets refer to. 0 is perfect. Equal confidences stay in one bin, so
/// the figure does not depend on the order of rows.
/// </param>
/// <param name="EqualWidth">The same over bins of equal width, as most papers give it (Guo et al. 2017).</param>
/// <param name="Bins">The bins of <paramref name="EqualMass"/>, least sure first.</param>
public sealed record CalibrationResult(double EqualMass, double EqualWidth, IReadOnlyList<ReliabilityBin> Bins);

/// <summary>Measures calibration.</summary>
public static class Calibration
{
    /// <summary>Bins unless told otherwise.</summary>
    public const int DefaultBins = 10;

    /// <summary>Measures; without answers all figures are 0.</summary>
    public static CalibrationResult Measure(IReadOnlyList<Scored> answers, int bins = DefaultBins)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        List<Scored> sorted = [.. answers.OrderBy(answer => answer.Confidence)];
        List<ReliabilityBin> mass = [];
        for (int start = 0, bin = 1; start < sorted.Count; bin++)
        {
            var end = Math.Max(start + 1, (int)((long)sorted.Count * bin / bins));
            while (end < sorted.Count && sorted[end].Confidence.Equals(sorted[end - 1].Confidence))
                end++;
            mass.Add(Bin(sorted[start..end]));
            start = end;
        }
        var width = sorted.GroupBy(answer => Math.Clamp((int)(answer.Confidence * bins), 0, bins - 1)).Select(group => Bin([.. group]));
        return new CalibrationResult(Error(mass, sorted.Count), Error(width, sorted.Count), mass);
    }

    private static ReliabilityBin Bin(List<Scored> answers) => new(
        answers[0].Confidence, answers[^1].Confidence, answers.Count, answers.Average(answer => answer.Confidence), answers.Count(answer => answer.IsRight));

    private static double Error(IEnumerable<ReliabilityBin> bins, int rows) =>
        bins.Sum(bin => Math.Abs(bin.MeanConfidence - (double)bin.Right / bin.Rows) * bin.Rows / rows);
}
