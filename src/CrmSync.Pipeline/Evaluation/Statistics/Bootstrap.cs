namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>
/// Percentile intervals (Efron) for figures without a formula, by drawing the rows anew with replacement. Rows are drawn one by one, not by author: where rows
/// of one author resemble each other, the interval is too narrow, and a split by author says more.
/// </summary>
public static class Bootstrap
{
    /// <summary>Draws unless told otherwise; enough for the second digit of an interval.</summary>
    public const int DefaultDraws = 1_000;

    /// <summary>Intervals of F1 per class, and of macro-F1 over the first so many classes.</summary>
    /// <param name="matrix">What was counted.</param>
    /// <param name="macroOver">For each wanted macro-F1 the number of classes it covers, counted from the first.</param>
    /// <param name="seed">Makes the intervals repeatable.</param>
    /// <param name="draws">How often rows are drawn anew; at least 1.</param>
    /// <returns>Null for a figure that cannot be measured.</returns>
    public static (IReadOnlyList<Estimate?> Classes, IReadOnlyList<Estimate?> Macro) F1(
        ConfusionMatrix matrix, IReadOnlyList<int> macroOver, int seed, int draws = DefaultDraws)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(macroOver);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        var random = new Random(seed);
        var classes = Enumerable.Range(0, matrix.Classes).Select(_ => new List<double>(draws)).ToArray();
        var macro = macroOver.Select(_ => new List<double>(draws)).ToArray();
        for (var draw = 0; draw < draws; draw++)
        {
            var drawn = matrix.Resample(random);
            for (var i = 0; i < classes.Length; i++)
                if (drawn.F1(i) is { } f1)
                    classes[i].Add(f1);
            for (var i = 0; i < macro.Length; i++)
                if (drawn.MacroF1(macroOver[i]) is { } mean)
                    macro[i].Add(mean);
        }
        return ([.. classes.Select((values, i) => Interval(matrix.F1(i), values))], [.. macro.Select((values, i) => Interval(matrix.MacroF1(macroOver[i]), values))]);
    }

    private static Estimate? Interval(double? value, List<double> drawn)
    {
        if (value is not { } measured || drawn.Count == 0)
            return null;
        drawn.Sort();
        // A skewed figure can lie outside its own percentiles; the interval always holds it.
        return new Estimate(measured, Math.Min(measured, At(0.025)), Math.Max(measured, At(0.975)));

        double At(double share) => drawn[(int)Math.Round(share * (drawn.Count - 1))];
    }
}

/// <summary>Draws from a binomial distribution.</summary>
internal static class Binomial
{
    /// <summary>How often an event of probability <paramref name="p"/> happens in <paramref name="trials"/> trials: one draw per success by geometric gaps.</summary>
    public static long Draw(Random random, long trials, double p)
    {
        if (p <= 0)
            return 0;
        if (p > 0.5)
            return trials - Draw(random, trials, 1 - p);
        var log = Math.Log(1 - p);
        long happened = 0;
        for (var at = 0.0; ; happened++)
        {
            at += Math.Floor(Math.Log(1 - random.NextDouble()) / log) + 1;
            if (at > trials)
                return happened;
        }
    }
}
