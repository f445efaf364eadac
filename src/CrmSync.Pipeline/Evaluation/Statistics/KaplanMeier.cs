namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>One time until something happened, or until it was last seen not to have.</summary>
/// <param name="Days">Length in days, 0 or more.</param>
/// <param name="Ended">True where it happened; false where it is still open (censored).</param>
public readonly record struct Spell(double Days, bool Ended);

/// <summary>A step of the curve.</summary>
/// <param name="Days">Time in days.</param>
/// <param name="Open">Share that is still open after it, 0 to 1, with its interval.</param>
/// <param name="AtRisk">How many were watched until then.</param>
public readonly record struct SurvivalStep(double Days, Estimate Open, int AtRisk);

/// <summary>How long something takes when some of it is still open.</summary>
/// <param name="Steps">The curve, by time.</param>
/// <param name="Spells">Number of spells.</param>
/// <param name="Ended">Of these, those that ended.</param>
public sealed record SurvivalCurve(IReadOnlyList<SurvivalStep> Steps, int Spells, int Ended)
{
    /// <summary>Days after which this share has ended; null where so many have not ended yet. The interval's upper end is null where it is not reached.</summary>
    /// <param name="share">Above 0 and below 1: 0.5 is the median.</param>
    public (double Days, double Low, double? High)? After(double share)
    {
        var left = 1 - share;
        if (First(step => step.Open.Value <= left + 1e-12) is not { } days)
            return null;
        // Brookmeyer and Crowley: the times at which the pointwise interval still holds the share.
        return (days, First(step => step.Open.Low <= left + 1e-12) ?? days, First(step => step.Open.High <= left + 1e-12));
    }

    private double? First(Func<SurvivalStep, bool> reached)
    {
        foreach (var step in Steps)
        {
            if (reached(step))
                return step.Days;
        }
        return null;
    }
}

/// <summary>The product-limit estimate of E. L. Kaplan and P. Meier (1958) with Greenwood's variance, on the log-log scale so that the interval stays inside 0 to 1.</summary>
public static class KaplanMeier
{
    /// <summary>The curve of some spells; without steps where none ended.</summary>
    public static SurvivalCurve Of(IEnumerable<Spell> spells)
    {
        Spell[] sorted = [.. spells.OrderBy(spell => spell.Days).ThenByDescending(spell => spell.Ended)];
        List<SurvivalStep> steps = [];
        double open = 1, sum = 0;
        for (var at = 0; at < sorted.Length;)
        {
            var (days, risk, ended) = (sorted[at].Days, sorted.Length - at, 0);
            for (; at < sorted.Length && sorted[at].Days == days; at++)
                ended += sorted[at].Ended ? 1 : 0;
            if (ended == 0)
                continue;
            open *= 1 - (double)ended / risk;
            sum += risk == ended ? double.PositiveInfinity : (double)ended / ((double)risk * (risk - ended));
            steps.Add(new SurvivalStep(days, Interval(open, sum), risk));
        }
        return new SurvivalCurve(steps, sorted.Length, sorted.Count(spell => spell.Ended));
    }

    private static Estimate Interval(double open, double sum)
    {
        if (open <= 0 || double.IsInfinity(sum))
            return new Estimate(0, 0, 0);
        var half = Wilson.Z95 * Math.Sqrt(sum) / Math.Abs(Math.Log(open));
        return new Estimate(open, Math.Pow(open, Math.Exp(half)), Math.Pow(open, Math.Exp(-half)));
    }
}
