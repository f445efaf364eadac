using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Pipeline.Segments.Facts;

/// <summary>A segment's figures from its deals alone, as they stand now; quick, because no activity is read. Rates of answers and meetings are left at nothing. Thread-safe.</summary>
/// <param name="store">The ledger.</param>
/// <param name="options">From how many cases on something is said.</param>
/// <param name="time">The clock.</param>
public sealed class DealFigures(IAccountFactsStore store, NumberOptions options, TimeProvider time)
{
    private const int AccountsAtOnce = 500;

    /// <summary>From how many cases on something is said.</summary>
    public NumberOptions Options => options;

    /// <summary>The figures; null where there is no such segment.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<SegmentNumbers?> ReadAsync(string segment, CancellationToken cancellationToken)
    {
        if (await store.ReadSegmentAccountsAsync(segment, LedgerFacts.MostAccounts, cancellationToken) is not { } found)
            return null;
        List<AccountFacts> accounts = [];
        foreach (var piece in found.Accounts.Chunk(AccountsAtOnce))
            accounts.AddRange((await store.ReadRawAccountsAsync(piece, 0, cancellationToken)).Select(raw => new AccountFacts(AccountKey.Of(raw.Id)) { Deals = raw.Deals }));
        return NumbersMaker.Of(new SegmentFacts(segment, found.Name, accounts), options, time.GetUtcNow());
    }
}
