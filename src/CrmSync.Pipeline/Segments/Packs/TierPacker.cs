namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>How a budget is divided between tiers. What a tier does not need spills over to the next.</summary>
/// <param name="Critical">Share of the critical tier, 0 to 1.</param>
/// <param name="Common">Share of the common tier.</param>
/// <param name="Edge">Share of the edge tier; the three make 1.</param>
public sealed record TierShares(double Critical, double Common, double Edge)
{
    /// <summary>20 / 60 / 20.</summary>
    public static readonly TierShares Default = new(0.2, 0.6, 0.2);

    /// <summary>One sentence per fault; empty when the shares can be used.</summary>
    public IReadOnlyList<string> Validate() => Critical >= 0 && Common >= 0 && Edge >= 0 && Math.Abs(Critical + Common + Edge - 1) < 1e-6 ? []
        : [FormattableString.Invariant($"The tiers' shares are {Critical}, {Common} and {Edge}; give three numbers from 0 that make 1.")];
}

/// <summary>What of a pack fits into a budget.</summary>
/// <param name="Taken">Lines that fit, in the order of the pack.</param>
/// <param name="LeftOut">Lines that do not, in the order of the pack.</param>
/// <param name="Tokens">What the taken lines take, at most <paramref name="Budget"/>.</param>
/// <param name="Budget">Tokens that were to be had.</param>
/// <param name="CriticalTokens">What all critical lines would take.</param>
public sealed record PackedLines(IReadOnlyList<PackLine> Taken, IReadOnlyList<PackLine> LeftOut, int Tokens, int Budget, int CriticalTokens)
{
    /// <summary>A budget that holds every critical line, whatever the other tiers take of it.</summary>
    public int Enough { get; init; } = CriticalTokens;

    /// <summary>Critical lines that did not fit.</summary>
    public int CriticalLeftOut => LeftOut.Count(line => line.Tier == PackTier.Critical);

    /// <summary>What a person should know about it; empty where everything fits.</summary>
    public IReadOnlyList<string> Notices => this switch
    {
        { LeftOut.Count: 0 } => [],
        { CriticalLeftOut: > 0 } =>
        [
            FormattableString.Invariant($"The budget of {Budget} tokens is too small: {CriticalLeftOut} of {CriticalLeftOut + Taken.Count(line => line.Tier == PackTier.Critical)} critical lines are left out. {Enough} tokens would hold them all."),
            FormattableString.Invariant($"{LeftOut.Count} of {LeftOut.Count + Taken.Count} lines are left out in all."),
        ],
        _ => [FormattableString.Invariant($"{LeftOut.Count} of {LeftOut.Count + Taken.Count} lines are left out, none of them critical, because the budget is {Budget} tokens.")],
    };
}

/// <summary>
/// Packs lines into a budget by tiers: each tier first fills its own share in order of preference; what is left is offered again to the critical, the common and the edge lines in turn.
/// Pure; the same lines give the same result in the same order.
/// </summary>
public static class TierPacker
{
    /// <summary>Packs lines.</summary>
    /// <param name="lines">The lines in the order in which they are shown.</param>
    /// <param name="budget">Tokens, 0 or more.</param>
    /// <param name="shares">How it is divided.</param>
    /// <param name="cost">What a line takes in tokens.</param>
    /// <param name="rank">Lines of lower rank are tried first within their tier; null where the order is that of the lines.</param>
    public static PackedLines Pack(IEnumerable<PackLine> lines, int budget, TierShares shares, Func<PackLine, int> cost, Func<PackLine, int>? rank = null)
    {
        ArgumentNullException.ThrowIfNull(shares);
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentOutOfRangeException.ThrowIfNegative(budget);
        PackLine[] all = [.. lines];
        int[] costs = [.. all.Select(cost)];
        // The order is stable, so lines of one rank keep theirs among themselves.
        int[] order = [.. Enumerable.Range(0, all.Length).OrderBy(at => all[at].Tier).ThenBy(at => rank?.Invoke(all[at]) ?? 0)];
        var taken = new bool[all.Length];
        var used = 0;
        var carried = 0.0;
        foreach (var (tier, share) in new[] { (PackTier.Critical, shares.Critical), (PackTier.Common, shares.Common), (PackTier.Edge, shares.Edge) })
        {
            carried += share * budget;
            carried -= Fill(tier, (int)Math.Min(budget - used, Math.Floor(carried + 1e-9)));
        }
        foreach (var tier in new[] { PackTier.Critical, PackTier.Common, PackTier.Edge })
            Fill(tier, budget - used);
        var critical = Enumerable.Range(0, all.Length).Where(at => all[at].Tier == PackTier.Critical).Sum(at => costs[at]);
        return new PackedLines([.. all.Where((_, at) => taken[at])], [.. all.Where((_, at) => !taken[at])], used, budget, critical)
        {
            // Either their own share holds them, or there is room for everything.
            Enough = shares.Critical > 0 ? Math.Min((int)Math.Ceiling(critical / shares.Critical), costs.Sum()) : costs.Sum(),
        };

        int Fill(PackTier tier, int room)
        {
            var filled = 0;
            foreach (var at in order)
            {
                if (all[at].Tier != tier || taken[at] || costs[at] > room - filled)
                    continue;
                taken[at] = true;
                filled += costs[at];
            }
            used += filled;
            return filled;
        }
    }
}
