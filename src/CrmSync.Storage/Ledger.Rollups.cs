using CrmSync.Pipeline.Rollups;
using CrmSync.Storage.Rollups;

namespace CrmSync.Storage;

/// <content>Sums that pages show instead of counting rows.</content>
public sealed partial class Ledger : IRollupStore
{
    /// <inheritdoc/>
    public Task<bool> RollUpLabelsAsync(CancellationToken cancellationToken) => new LabelDayRows(_database).RollUpAsync(cancellationToken);
}
