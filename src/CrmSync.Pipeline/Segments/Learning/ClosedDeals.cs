using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>What one closed (or reopened, or corrected) deal does to a segment's figures.</summary>
/// <param name="Tally">The sums from now on.</param>
/// <param name="Before">Wins before.</param>
/// <param name="After">Wins now.</param>
public sealed record TallyChange(DealTally Tally, Share Before, Share After)
{
    /// <summary>Whether any figure changed; a deal that was counted already changes none.</summary>
    public bool Changed => Before != After;

    /// <summary>The change in words.</summary>
    public string InWords(NumberOptions options) =>
        Changed ? $"Win rate: {NumberWords.Rate(Before, options)} before, {NumberWords.Rate(After, options)} now." : "Nothing changed: the deal was counted already.";
}

/// <summary>Counts deals as they close. Pure.</summary>
public static class ClosedDeals
{
    /// <summary>Counts a deal as it stands now.</summary>
    public static TallyChange Count(DealTally tally, DealFacts deal)
    {
        ArgumentNullException.ThrowIfNull(tally);
        var next = tally.With(deal);
        return new TallyChange(next, tally.Wins, next.Wins);
    }
}
