using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>A segment in figures. What rests on too few cases is null; <see cref="NumberWords"/> says so.</summary>
public sealed record SegmentNumbers
{
    /// <summary>Number of accounts.</summary>
    public required int Accounts { get; init; }

    /// <summary>Deals still open.</summary>
    public required int OpenDeals { get; init; }

    /// <summary>Deals won out of deals closed.</summary>
    public required Share Wins { get; init; }

    /// <summary>Win rate with Wilson's interval; null below the fewest cases.</summary>
    public Estimate? WinRate { get; init; }

    /// <summary>Win rate drawn towards the portfolio's; can be told for any number of deals. Null where the portfolio is not known.</summary>
    public Estimate? SmoothedWinRate { get; init; }

    /// <summary>Amounts of won deals, one entry per currency, by its code.</summary>
    public IReadOnlyList<AmountNumbers> Amounts { get; init; } = [];

    /// <summary>Number of won deals whose length is known.</summary>
    public int Cycles { get; init; }

    /// <summary>Days from creation to the win; null below the fewest cases.</summary>
    public Middle? Cycle { get; init; }

    /// <summary>Time per stage, in the pipeline's order.</summary>
    public IReadOnlyList<StageNumbers> Stages { get; init; } = [];

    /// <summary>Whether reps win alike; null where there are not two reps with closed deals, or all deals ended alike.</summary>
    public HeterogeneityResult? Reps { get; init; }

    /// <summary>Approaches that were answered out of approaches made.</summary>
    public Share Answered { get; init; }

    /// <summary>Approaches that led to a meeting out of approaches made.</summary>
    public Share Met { get; init; }
}

/// <summary>Amounts in one currency; currencies are never mixed.</summary>
/// <param name="Currency">ISO 4217 code; empty where the CRM names none.</param>
/// <param name="Deals">Won deals with an amount.</param>
/// <param name="Amount">Median; null below the fewest cases.</param>
public sealed record AmountNumbers(string Currency, int Deals, Middle? Amount);

/// <summary>Time in one stage, deals that still stand in it censored.</summary>
/// <param name="Stage">Key or name of the stage.</param>
/// <param name="Position">Its place in the pipeline.</param>
/// <param name="Curve">Share of deals still in it, by days.</param>
public sealed record StageNumbers(string Stage, int Position, SurvivalCurve Curve);

/// <summary>Makes the figures of a segment. Pure.</summary>
public static class NumbersMaker
{
    /// <summary>The figures of a segment.</summary>
    /// <param name="facts">The segment.</param>
    /// <param name="options">From how many cases on something is said.</param>
    /// <param name="now">Until when open deals and approaches were watched.</param>
    /// <param name="portfolio">Wins of every segment and of the accounts without one, to draw the rate towards; null where not known.</param>
    public static SegmentNumbers Of(SegmentFacts facts, NumberOptions options, DateTimeOffset now, IReadOnlyList<Share>? portfolio = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Of(facts, DealTally.Of(facts.Deals), options, now, portfolio);
    }

    /// <summary>The figures of a segment whose closed deals are summed already.</summary>
    public static SegmentNumbers Of(SegmentFacts facts, DealTally tally, NumberOptions options, DateTimeOffset now, IReadOnlyList<Share>? portfolio = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(options);
        var won = tally.Deals.Where(deal => deal.Outcome == DealOutcome.Won).ToList();
        double[] cycles = [.. won.Where(deal => deal.ClosedAt >= deal.CreatedAt).Select(deal => (deal.ClosedAt!.Value - deal.CreatedAt).TotalDays)];
        var rates = EngagementRates.Of(facts.Accounts, DateTimeOffset.MinValue, now, options);
        return new SegmentNumbers
        {
            Accounts = facts.Accounts.Count,
            OpenDeals = facts.Deals.Count(deal => deal.Outcome == DealOutcome.Open),
            Wins = tally.Wins,
            WinRate = tally.Wins.Of >= options.FewestForStatistic ? tally.Wins.Estimate : null,
            SmoothedWinRate = Smooth(tally.Wins, portfolio),
            Amounts = [.. won.Where(deal => deal.Amount is not null).GroupBy(deal => deal.Currency, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Amount(group.Key, [.. group.Select(deal => (double)deal.Amount!.Value)], options))],
            Cycles = cycles.Length,
            Cycle = cycles.Length >= options.FewestForStatistic ? Median.Of(cycles) : null,
            Stages = StageSpells.Of(facts.Deals, now),
            Reps = Heterogeneity.Test([.. tally.Reps.Values], options.Seed),
            Answered = rates.Answered,
            Met = rates.Met,
        };
    }

    private static AmountNumbers Amount(string currency, double[] amounts, NumberOptions options) =>
        new(currency, amounts.Length, amounts.Length >= options.FewestForStatistic ? Median.Of(amounts) : null);

    private static Estimate? Smooth(Share wins, IReadOnlyList<Share>? portfolio)
    {
        if (portfolio is null || portfolio.Sum(group => group.Of) is var all && all == 0)
            return null;
        return BetaBinomial.Smooth(wins, (double)portfolio.Sum(group => group.Count) / all, BetaBinomial.Weight(portfolio));
    }
}
