namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>How two deciders fared on the same rows, and whether the difference may be chance.</summary>
/// <param name="BothRight">Rows on which both are right.</param>
/// <param name="OnlyFirst">Rows on which only the first is right.</param>
/// <param name="OnlySecond">Rows on which only the second is right.</param>
/// <param name="BothWrong">Rows on which both are wrong.</param>
/// <param name="PValue">Probability, 0 to 1, of a split at least as uneven if both were equally good; two-sided.</param>
/// <param name="IsExact">True where the binomial distribution was summed, false where the corrected chi-square approximates it.</param>
public sealed record McNemarResult(long BothRight, long OnlyFirst, long OnlySecond, long BothWrong, double PValue, bool IsExact);

/// <summary>The paired test of Q. McNemar (1947) with the continuity correction of Edwards (1948), or exact where the approximation is poor.</summary>
public static class McNemar
{
    /// <summary>Below this many rows that the two judge differently the test is exact.</summary>
    public const int ExactBelow = 25;

    /// <summary>Tests a paired table; no count may be negative.</summary>
    public static McNemarResult Test(long bothRight, long onlyFirst, long onlySecond, long bothWrong)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bothRight);
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        ArgumentOutOfRangeException.ThrowIfNegative(bothWrong);
        var exact = onlyFirst + onlySecond < ExactBelow;
        var p = exact ? Binomial((int)Math.Min(onlyFirst, onlySecond), (int)(onlyFirst + onlySecond)) : ChiSquare(onlyFirst, onlySecond);
        return new McNemarResult(bothRight, onlyFirst, onlySecond, bothWrong, p, exact);
    }

    /// <summary>Twice the lower tail of a fair coin, at most 1.</summary>
    private static double Binomial(int fewer, int of)
    {
        double term = Math.Pow(0.5, of), tail = 0;
        for (var i = 0; i <= fewer; i++)
        {
            tail += term;
            term = term * (of - i) / (i + 1);
        }
        return Math.Min(1, 2 * tail);
    }

    private static double ChiSquare(double first, double second)
    {
        var gap = Math.Max(0, Math.Abs(first - second) - 1);
        return ComplementaryError(Math.Sqrt(gap * gap / (first + second) / 2));
    }

    /// <summary>
    /// erfc for x ≥ 0 by the Chebyshev fit of Numerical Recipes §6.2 (erfcc); relative error below 1.2e-7 everywhere.
    /// </summary>
    internal static double ComplementaryError(double x)
    {
        var t = 1 / (1 + 0.5 * x);
        ReadOnlySpan<double> fit =
        [
            0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
        ];
        var sum = 0.0;
        foreach (var coefficient in fit)
            sum = sum * t + coefficient;
        return t * Math.Exp(-x * x + sum);
    }
}
