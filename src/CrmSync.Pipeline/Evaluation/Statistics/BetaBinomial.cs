namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>
/// A small group's share drawn towards the share of the whole (empirical Bayes): the whole counts as so many trials that everybody has seen already. The beta distribution
/// of the result gives its interval.
/// </summary>
public static class BetaBinomial
{
    /// <summary>The least and the most trials that the whole may count for.</summary>
    private const double LeastWeight = 2, MostWeight = 200;

    /// <summary>The group's share, drawn towards <paramref name="rate"/>, with the interval that holds 95 % of its distribution.</summary>
    /// <param name="group">The group; may be empty.</param>
    /// <param name="rate">Share of the whole, 0 to 1.</param>
    /// <param name="weight">Trials that the whole counts for, above 0.</param>
    public static Estimate Smooth(Share group, double rate, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        // A rate of exactly 0 or 1 would forbid what has merely not been seen yet.
        var drawn = Math.Clamp(rate, 0.5 / (weight + 1), 1 - 0.5 / (weight + 1));
        double a = drawn * weight + group.Count, b = (1 - drawn) * weight + group.Of - group.Count;
        return new Estimate(a / (a + b), SpecialFunctions.BetaPoint(a, b, 0.025), SpecialFunctions.BetaPoint(a, b, 0.975));
    }

    /// <summary>
    /// How many trials the whole should count for, judged by how much groups differ beyond chance (method of moments): groups that agree give a large weight, groups that differ a
    /// small one. 2 to 200.
    /// </summary>
    public static double Weight(IReadOnlyList<Share> groups)
    {
        var between = Overdispersion(groups);
        return between is not { } rho ? MostWeight : Math.Clamp((1 - rho) / Math.Max(rho, 1e-6), LeastWeight, MostWeight);
    }

    /// <summary>
    /// Correlation of two trials of the same group, 0 (groups differ by chance alone) to 1, after Kleinman (1973); null with fewer than two groups or where every trial
    /// ended alike.
    /// </summary>
    public static double? Overdispersion(IReadOnlyList<Share> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var filled = groups.Where(group => group.Of > 0).ToList();
        double trials = filled.Sum(group => group.Of), hits = filled.Sum(group => group.Count);
        if (filled.Count < 2 || hits == 0 || hits == trials || trials <= filled.Count)
            return null;
        var rate = hits / trials;
        var spread = filled.Sum(group => group.Of * (group.Value - rate) * (group.Value - rate));
        var squares = filled.Sum(group => (double)group.Of * group.Of) / trials;
        var chance = rate * (1 - rate);
        var excess = spread - chance * (filled.Count - 1);
        var most = chance * (trials - squares - (filled.Count - 1));
        return most <= 0 ? 0 : Math.Clamp(excess / most, 0, 1);
    }
}
