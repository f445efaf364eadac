namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>A middle value with its interval, in the unit of what was measured.</summary>
/// <param name="Value">The median.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="Of">Number of values.</param>
public readonly record struct Middle(double Value, double Low, double High, int Of);

/// <summary>Medians with intervals from order statistics: no shape of the distribution is assumed.</summary>
public static class Median
{
    /// <summary>The median; below six values no interval of 95 % exists and the ends are the least and the greatest value. Null without values.</summary>
    public static Middle? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
            return null;
        var n = sorted.Length;
        var middle = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        var rank = LowerRank(n);
        return new Middle(middle, sorted[rank], sorted[n - 1 - rank], n);
    }

    // The greatest rank (from 0) so that at most 2.5 % of fair coins fall below it.
    private static int LowerRank(int n)
    {
        if (n > 1_000)
            return Math.Max(0, (int)Math.Floor(n / 2.0 - Wilson.Z95 * Math.Sqrt(n) / 2));
        double term = Math.Pow(0.5, n), tail = 0;
        for (var i = 0; i < n / 2; i++)
        {
            tail += term;
            if (tail > 0.025)
                return Math.Max(0, i - 1);
            term = term * (n - i) / (i + 1);
        }
        return 0;
    }
}
