namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>Whether groups have one share in common.</summary>
/// <param name="Groups">Groups that were compared.</param>
/// <param name="Statistic">Pearson's chi-square.</param>
/// <param name="PValue">Probability, 0 to 1, of groups at least as uneven if all had the same share.</param>
/// <param name="Overdispersion">Correlation within a group beyond chance, 0 to 1; null where it cannot be told.</param>
/// <param name="IsDrawn">True where the probability was counted over reshuffled outcomes, because some groups are too small for the formula.</param>
public sealed record HeterogeneityResult(int Groups, double Statistic, double PValue, double? Overdispersion, bool IsDrawn);

/// <summary>Pearson's test of equal shares; where a group expects fewer than five of an outcome, its distribution is drawn instead of assumed.</summary>
public static class Heterogeneity
{
    private const int Draws = 2_000;

    /// <summary>Tests groups; null with fewer than two groups or where every trial ended alike: then there is nothing to compare.</summary>
    /// <param name="groups">The groups; empty ones are passed over.</param>
    /// <param name="seed">Makes the draws repeatable.</param>
    public static HeterogeneityResult? Test(IReadOnlyList<Share> groups, int seed)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var filled = groups.Where(group => group.Of > 0).ToList();
        long trials = filled.Sum(group => group.Of), hits = filled.Sum(group => group.Count);
        if (filled.Count < 2 || hits == 0 || hits == trials)
            return null;
        var rate = (double)hits / trials;
        var statistic = filled.Sum(group => Term(group.Count, group.Of, rate));
        var small = filled.Any(group => group.Of * Math.Min(rate, 1 - rate) < 5);
        var p = small ? Drawn(filled, hits, trials, rate, statistic, new Random(seed)) : SpecialFunctions.ChiSquareTail(statistic, filled.Count - 1);
        return new HeterogeneityResult(filled.Count, statistic, p, BetaBinomial.Overdispersion(filled), small);
    }

    private static double Term(long count, long of, double rate)
    {
        var gap = count - of * rate;
        return gap * gap / (of * rate * (1 - rate));
    }

    private static double Drawn(List<Share> groups, long hits, long trials, double rate, double measured, Random random)
    {
        var atLeast = 1;
        for (var draw = 0; draw < Draws; draw++)
        {
            var (left, of, statistic) = (hits, trials, 0.0);
            foreach (var group in groups)
            {
                var drawn = Hypergeometric(random, group.Of, left, of);
                statistic += Term(drawn, group.Of, rate);
                (left, of) = (left - drawn, of - group.Of);
            }
            if (statistic >= measured - 1e-9)
                atLeast++;
        }
        return (double)atLeast / (Draws + 1);
    }

    // Trial by trial; groups are people's deals, so there are thousands at most.
    private static long Hypergeometric(Random random, long take, long hits, long of)
    {
        long got = 0;
        for (long i = 0; i < take; i++)
        {
            if (random.NextDouble() * (of - i) < hits - got)
                got++;
        }
        return got;
    }
}
