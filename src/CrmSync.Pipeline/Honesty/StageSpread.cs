namespace CrmSync.Pipeline.Honesty;

/// <summary>How far one rep's deals lie from the team's.</summary>
/// <param name="Key">The rep.</param>
/// <param name="Name">The rep's name.</param>
/// <param name="Deals">Compared deals.</param>
/// <param name="Reported">Deals per stage as reported.</param>
/// <param name="Shown">Deals per stage as shown.</param>
/// <param name="ReportedDistance">Share of the rep's deals that would have to stand in another stage to look like the team's, 0 to 1, as reported.</param>
/// <param name="ShownDistance">The same as shown.</param>
/// <param name="Chance">What such a distance comes to by chance alone with so few deals.</param>
public sealed record RepSpread(
    string Key, string Name, long Deals, IReadOnlyList<long> Reported, IReadOnlyList<long> Shown, double ReportedDistance, double ShownDistance, double Chance);

/// <summary>How much a team's reps differ, as they report and as their activities show.</summary>
/// <param name="Team">The team; empty for reps without one.</param>
/// <param name="Reps">Its reps, the most deals first.</param>
/// <param name="Reported">The team's deals per stage as reported.</param>
/// <param name="Shown">The same as shown.</param>
/// <param name="ReportedDistance">The reps' distances, weighted by their deals, as reported.</param>
/// <param name="ShownDistance">The same as shown.</param>
/// <param name="Chance">What chance alone would make of it.</param>
public sealed record TeamSpread(
    string Team, IReadOnlyList<RepSpread> Reps, IReadOnlyList<long> Reported, IReadOnlyList<long> Shown, double ReportedDistance, double ShownDistance, double Chance);

/// <summary>
/// Measures how differently reps of a team use stages: the total variation distance between a rep's distribution over the stages and that of the whole team, which is
/// the share of the rep's deals that would have to move for the two to be alike. Pure.
/// </summary>
public static class StageSpread
{
    /// <summary>Half of the sum of differences between two distributions, 0 to 1; 0 where either is empty.</summary>
    public static double Distance(IReadOnlyList<long> left, IReadOnlyList<long> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        double ofLeft = left.Sum(), ofRight = right.Sum();
        return ofLeft == 0 || ofRight == 0 ? 0 : left.Zip(right, (a, b) => Math.Abs(a / ofLeft - b / ofRight)).Sum() / 2;
    }

    /// <summary>
    /// About what <see cref="Distance"/> comes to for <paramref name="deals"/> deals that are drawn from <paramref name="whole"/> by chance: the mean deviation of each
    /// share is about the square root of 2 p (1 - p) / (π n).
    /// </summary>
    public static double ByChance(IReadOnlyList<long> whole, long deals)
    {
        ArgumentNullException.ThrowIfNull(whole);
        double of = whole.Sum();
        return of == 0 || deals == 0 ? 0 : Math.Min(1, whole.Sum(count => Math.Sqrt(2 * (count / of) * (1 - count / of) / (Math.PI * deals))) / 2);
    }

    /// <summary>The spread of a team.</summary>
    /// <param name="team">Its name.</param>
    /// <param name="reps">Its reps' groups; those without a compared deal are left out.</param>
    public static TeamSpread Of(string team, IEnumerable<DealGroup> reps)
    {
        ArgumentNullException.ThrowIfNull(reps);
        List<DealGroup> groups = [.. reps.Where(rep => rep.Agreeing.Of > 0)];
        var (reported, shown) = (Sum(groups, rep => rep.Reported), Sum(groups, rep => rep.Shown));
        List<RepSpread> spreads =
        [
            .. groups.OrderByDescending(rep => rep.Agreeing.Of).ThenBy(rep => rep.Name, StringComparer.Ordinal).Select(rep => new RepSpread(
                rep.Key, rep.Name, rep.Agreeing.Of, rep.Reported, rep.Shown, Distance(rep.Reported, reported), Distance(rep.Shown, shown), ByChance(shown, rep.Agreeing.Of))),
        ];
        double deals = spreads.Sum(rep => rep.Deals);
        double Weighted(Func<RepSpread, double> value) => deals == 0 ? 0 : spreads.Sum(rep => value(rep) * rep.Deals) / deals;
        return new TeamSpread(team, spreads, reported, shown, Weighted(rep => rep.ReportedDistance), Weighted(rep => rep.ShownDistance), Weighted(rep => rep.Chance));
    }

    private static long[] Sum(List<DealGroup> groups, Func<DealGroup, IReadOnlyList<long>> counts) =>
        [.. SalesStages.All.Select((_, at) => groups.Sum(group => counts(group)[at]))];
}
