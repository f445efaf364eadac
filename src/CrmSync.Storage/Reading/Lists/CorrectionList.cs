using Dapper;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>Corrections by id. Thread-safe.</summary>
public sealed class CorrectionList(ILedgerReadConnections ledger)
{
    /// <summary>One page, newest first, those taken back included.</summary>
    /// <param name="before">Below this id; null for the newest.</param>
    /// <param name="size">Rows at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<IdPage<CorrectionView>> PageAsync(long? before, int size, CancellationToken cancellationToken) => All.PageAsync(ledger, before, size, cancellationToken);

    /// <summary>All of them, the oldest first.</summary>
    public IAsyncEnumerable<CorrectionView> StreamAsync(CancellationToken cancellationToken) => All.StreamAsync(ledger, cancellationToken);

    private static IdList<CorrectionView> All => new(ReviewQueries.CorrectionColumns, ReviewQueries.CorrectionFrom, "k.id", "correction", "", new DynamicParameters(), row => row.Id);
}
