using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Honesty;

/// <summary>Deals of one group that are alike in all that is counted.</summary>
/// <param name="Key">The group: a rep, a team, a region, a month.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Currency">ISO 4217 code; empty where the CRM says none.</param>
/// <param name="Reported">What is reported.</param>
/// <param name="Shown">What is shown.</param>
/// <param name="Verdict">How they stand to each other.</param>
/// <param name="Deals">How many there are.</param>
/// <param name="Cents">Their amounts, in hundredths of the currency.</param>
public sealed record DealCell(string Key, string Name, string Currency, SalesStage? Reported, SalesStage? Shown, DealVerdict Verdict, long Deals, long Cents);

/// <summary>Money of one currency per stage; different currencies are never added.</summary>
/// <param name="Currency">ISO 4217 code; empty where the CRM says none.</param>
/// <param name="Reported">Hundredths per stage as reported, in the order of <see cref="SalesStages.All"/>.</param>
/// <param name="Shown">Hundredths per stage as shown.</param>
/// <param name="AtStake">Hundredths in deals where the two disagree.</param>
public sealed record StageMoney(string Currency, IReadOnlyList<long> Reported, IReadOnlyList<long> Shown, long AtStake);

/// <summary>One group of deals.</summary>
/// <param name="Key">Which.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Deals">All deals of the group.</param>
/// <param name="Agreeing">Deals that agree, of those that are compared.</param>
/// <param name="Reported">Compared deals per stage as reported, in the order of <see cref="SalesStages.All"/>.</param>
/// <param name="Shown">Compared deals per stage as shown.</param>
/// <param name="Money">Amounts of compared deals by currency, the largest first.</param>
public sealed record DealGroup(
    string Key, string Name, long Deals, Share Agreeing, IReadOnlyList<long> Reported, IReadOnlyList<long> Shown, IReadOnlyList<StageMoney> Money)
{
    /// <summary>Fewer compared deals than this say little about a person, and pages say so.</summary>
    public const int Few = 10;

    /// <summary>Whether the group is too small to judge anybody by.</summary>
    public bool IsSmall => Agreeing.Of < Few;
}

/// <summary>Adds cells up to groups. Pure.</summary>
public static class RollUp
{
    /// <summary>The groups, those with most deals first.</summary>
    public static IReadOnlyList<DealGroup> By(IEnumerable<DealCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        return [.. cells.GroupBy(cell => cell.Key).Select(group => Of(group.Key, group.First().Name, [.. group])).OrderByDescending(group => group.Deals).ThenBy(group => group.Name, StringComparer.Ordinal)];
    }

    /// <summary>All cells as one group.</summary>
    public static DealGroup Of(string key, string name, IReadOnlyList<DealCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        // Both sides count the same deals, or their sums could not be compared.
        List<DealCell> compared = [.. cells.Where(cell => cell is { Reported: not null, Shown: not null })];
        return new DealGroup(
            key, name, cells.Sum(cell => cell.Deals),
            new Share(compared.Where(cell => cell.Verdict is DealVerdict.Agrees).Sum(cell => cell.Deals), compared.Sum(cell => cell.Deals)),
            Sums(compared, cell => cell.Reported, cell => cell.Deals), Sums(compared, cell => cell.Shown, cell => cell.Deals),
            [
                .. compared.GroupBy(cell => cell.Currency)
                    .Select(group => new StageMoney(
                        group.Key, Sums(group, cell => cell.Reported, cell => cell.Cents), Sums(group, cell => cell.Shown, cell => cell.Cents),
                        group.Where(cell => cell.Verdict is not DealVerdict.Agrees).Sum(cell => cell.Cents)))
                    .OrderByDescending(money => money.Reported.Sum()).ThenBy(money => money.Currency, StringComparer.Ordinal),
            ]);
    }

    private static long[] Sums(IEnumerable<DealCell> cells, Func<DealCell, SalesStage?> stage, Func<DealCell, long> value)
    {
        var sums = new long[SalesStages.All.Count];
        foreach (var cell in cells)
            sums[(int)stage(cell)!.Value] += value(cell);
        return sums;
    }
}
