namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>
/// The score interval of E. B. Wilson (1927) for a share. Unlike the textbook interval it stays inside 0 to 1 and is honest at few rows and at shares near 0 or 1.
/// </summary>
public static class Wilson
{
    /// <summary>The two-sided 95 % point of the normal distribution.</summary>
    public const double Z95 = 1.959963984540054;

    /// <summary>The share <paramref name="count"/> / <paramref name="of"/> with its interval.</summary>
    /// <param name="count">Successes, 0 to <paramref name="of"/>.</param>
    /// <param name="of">Trials, at least 1.</param>
    /// <param name="z">Point of the normal distribution; 95 % unless given.</param>
    public static Estimate Interval(long count, long of, double z = Z95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(of);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, of);
        double n = of, share = count / n, square = z * z;
        var middle = (share + square / (2 * n)) / (1 + square / n);
        var half = z / (1 + square / n) * Math.Sqrt(share * (1 - share) / n + square / (4 * n * n));
        // At the ends the formula gives 0 and 1 but for rounding.
        return new Estimate(share, count == 0 ? 0 : Math.Max(0, middle - half), count == of ? 1 : Math.Min(1, middle + half));
    }
}
