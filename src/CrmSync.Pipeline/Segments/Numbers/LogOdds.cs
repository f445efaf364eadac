namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>
/// How much more a term belongs to one group than to the rest: log-odds smoothed with the term's overall share (Monroe, Colaresi and Quinn, 2008), divided by their standard
/// error. Counts are accounts that have the term, so that one talkative account is one.
/// </summary>
public static class LogOdds
{
    private const double Weight = 10;

    /// <summary>The standardised log-odds; above about 3 chance is no longer a good explanation, even among some hundred terms.</summary>
    /// <param name="inside">Members of the group that have the term, 0 to <paramref name="insideOf"/>.</param>
    /// <param name="insideOf">Members of the group.</param>
    /// <param name="outside">Others that have it, 0 to <paramref name="outsideOf"/>.</param>
    /// <param name="outsideOf">The others.</param>
    public static double Score(int inside, int insideOf, int outside, int outsideOf)
    {
        var overall = (inside + outside + 0.5) / (insideOf + outsideOf + 1.0);
        double with = inside + Weight * overall, without = insideOf - inside + Weight * (1 - overall);
        double otherWith = outside + Weight * overall, otherWithout = outsideOf - outside + Weight * (1 - overall);
        var difference = Math.Log(with / without) - Math.Log(otherWith / otherWithout);
        return difference / Math.Sqrt(1 / with + 1 / without + 1 / otherWith + 1 / otherWithout);
    }

    /// <summary>
    /// How much likelier the counts are with a rate for each side than with one for both, as a natural logarithm (Dunning, 1993); 0 or more. Ranks terms: log-odds divided by their error
    /// would put the best terms last, for what hardly anybody else says has the widest error.
    /// </summary>
    /// <param name="inside">Members of the group that have the term.</param>
    /// <param name="insideOf">Members of the group.</param>
    /// <param name="outside">Others that have it.</param>
    /// <param name="outsideOf">The others.</param>
    public static double LikelihoodRatio(int inside, int insideOf, int outside, int outsideOf)
    {
        double both = (double)(inside + outside) / Math.Max(1, insideOf + outsideOf), here = (double)inside / Math.Max(1, insideOf), there = (double)outside / Math.Max(1, outsideOf);
        return Likelihood(inside, insideOf, here) + Likelihood(outside, outsideOf, there) - Likelihood(inside, insideOf, both) - Likelihood(outside, outsideOf, both);

        static double Likelihood(int met, int of, double rate) => (met == 0 ? 0 : met * Math.Log(rate)) + (of <= met ? 0 : (of - met) * Math.Log(1 - rate));
    }
}
