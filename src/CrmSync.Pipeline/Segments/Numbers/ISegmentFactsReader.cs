using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>
/// Gathers what the ledger knows of accounts, ready to be shown and sent: texts are cleaned, and personal data and known names are out of them. Thread-safe.
/// Keys of accounts, activities and deals are ledger ids.
/// </summary>
public interface ISegmentFactsReader
{
    /// <summary>A segment with the accounts that belong to it now, those of segments merged into it included; null where there is no such segment.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<SegmentFacts?> ReadSegmentAsync(string segment, CancellationToken cancellationToken);

    /// <summary>One account; null where the ledger does not know it.</summary>
    /// <param name="account">Ledger id of the company.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<AccountFacts?> ReadAccountAsync(long account, CancellationToken cancellationToken);

    /// <summary>All accounts outside a segment, as far as a draft compares with them.</summary>
    /// <param name="segment">The segment that was read.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<PortfolioFacts> ReadPortfolioAsync(SegmentFacts segment, CancellationToken cancellationToken);
}
