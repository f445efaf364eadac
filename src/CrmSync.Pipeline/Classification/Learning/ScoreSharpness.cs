namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>Finds how sharp scores must be for their probabilities to mean what they say: temperature scaling (Guo et al. 2017, arXiv 1706.04599).</summary>
internal static class ScoreSharpness
{
    private const double Low = 0.2;
    private const double High = 3;
    private const int Steps = 40;

    /// <summary>The factor under which the given right answers are likeliest, by golden-section search; 1 without rows.</summary>
    public static float Fit(IReadOnlyList<(float[] Scores, int Truth)> rows)
    {
        if (rows.Count == 0)
            return 1;
        var ratio = (Math.Sqrt(5) - 1) / 2;
        double left = Low, right = High;
        double first = right - (ratio * (right - left)), second = left + (ratio * (right - left));
        double lossFirst = Loss(rows, first), lossSecond = Loss(rows, second);
        for (var step = 0; step < Steps; step++)
        {
            if (lossFirst < lossSecond)
            {
                (right, second, lossSecond) = (second, first, lossFirst);
                first = right - (ratio * (right - left));
                lossFirst = Loss(rows, first);
            }
            else
            {
                (left, first, lossFirst) = (first, second, lossSecond);
                second = left + (ratio * (right - left));
                lossSecond = Loss(rows, second);
            }
        }
        return (float)((left + right) / 2);
    }

    private static double Loss(IReadOnlyList<(float[] Scores, int Truth)> rows, double sharpness)
    {
        var loss = 0.0;
        foreach (var (scores, truth) in rows)
        {
            var top = scores.Max();
            loss += Math.Log(scores.Sum(score => Math.Exp((score - top) * sharpness))) - ((scores[truth] - top) * sharpness);
        }
        return loss;
    }
}
