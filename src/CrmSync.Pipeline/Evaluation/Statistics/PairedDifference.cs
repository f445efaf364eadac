namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>
/// By how much one of two deciders is right more often than the other on the same rows, with a 95 % interval: the adjusted Wald interval of Agresti and Min (2005),
/// which keeps to its promise on few rows.
/// </summary>
public static class PairedDifference
{
    /// <summary>Share right of the second minus that of the first, -1 to 1; null without rows.</summary>
    public static Estimate? Of(McNemarResult test)
    {
        ArgumentNullException.ThrowIfNull(test);
        var rows = test.BothRight + test.OnlyFirst + test.OnlySecond + test.BothWrong;
        if (rows == 0)
            return null;
        double n = rows + 2, first = test.OnlyFirst + 0.5, second = test.OnlySecond + 0.5;
        var middle = (second - first) / n;
        var half = Wilson.Z95 * Math.Sqrt(Math.Max(0, first + second - (second - first) * (second - first) / n)) / n;
        var difference = (double)(test.OnlySecond - test.OnlyFirst) / rows;
        return new Estimate(difference, Math.Max(-1, Math.Min(difference, middle - half)), Math.Min(1, Math.Max(difference, middle + half)));
    }
}
