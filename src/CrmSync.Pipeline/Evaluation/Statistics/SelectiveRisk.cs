namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>What happens when only answers from a confidence on are taken.</summary>
/// <param name="Confidence">The confidence from which answers are taken.</param>
/// <param name="Taken">Answers taken, at least 1.</param>
/// <param name="Wrong">Wrong ones among them.</param>
/// <param name="Rows">All answers.</param>
public readonly record struct RiskPoint(double Confidence, long Taken, long Wrong, long Rows)
{
    /// <summary>Share of rows that get an answer, 0 to 1.</summary>
    public double Coverage => (double)Taken / Rows;

    /// <summary>Share of wrong answers among those taken, with its Wilson interval.</summary>
    public Estimate Risk => Wilson.Interval(Wrong, Taken);
}

/// <summary>Risk against coverage.</summary>
/// <param name="Curve">One point per distinct confidence, most sure first; empty without answers.</param>
/// <param name="Area">Mean risk over all coverages (area under the curve), 0 to 1; 0 without answers.</param>
public sealed record SelectiveRiskResult(IReadOnlyList<RiskPoint> Curve, double Area)
{
    /// <summary>The first point that covers at least <paramref name="coverage"/>; null without answers.</summary>
    public RiskPoint? AtCoverage(double coverage)
    {
        foreach (var point in Curve)
            if (point.Coverage >= coverage)
                return point;
        return null;
    }

    /// <summary>The point of highest coverage whose risk is at most <paramref name="risk"/>; null where none is.</summary>
    public RiskPoint? AtRisk(double risk)
    {
        for (var i = Curve.Count - 1; i >= 0; i--)
            if ((double)Curve[i].Wrong / Curve[i].Taken <= risk)
                return Curve[i];
        return null;
    }

    /// <summary>At most <paramref name="points"/> (at least 2) points of the curve, evenly over coverage, first and last among them; for drawing and for files.</summary>
    public IReadOnlyList<RiskPoint> Thin(int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if (Curve.Count <= points)
            return Curve;
        return [.. Enumerable.Range(0, points).Select(i => Curve[(int)((long)(Curve.Count - 1) * i / (points - 1))])];
    }
}

/// <summary>Measures risk against coverage (El-Yaniv and Wiener 2010).</summary>
public static class SelectiveRisk
{
    /// <summary>Measures. Answers of equal confidence are taken together, so the curve does not depend on the order of rows.</summary>
    public static SelectiveRiskResult Measure(IReadOnlyList<Scored> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        List<RiskPoint> curve = [];
        long taken = 0, wrong = 0;
        var area = 0.0;
        foreach (var group in answers.GroupBy(answer => answer.Confidence).OrderByDescending(group => group.Key))
        {
            var before = taken;
            foreach (var answer in group)
            {
                taken++;
                wrong += answer.IsRight ? 0 : 1;
            }
            var point = new RiskPoint(group.Key, taken, wrong, answers.Count);
            curve.Add(point);
            area += (double)wrong / taken * (taken - before) / answers.Count;
        }
        return new SelectiveRiskResult(curve, area);
    }
}
