using CrmSync.Pipeline.Erasure;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Erasure;

namespace CrmSync.Storage;

/// <content>Personal data that is erased on request.</content>
public sealed partial class Ledger : IErasureStore
{
    /// <inheritdoc/>
    public Task<Result<ErasureReport>> ForecastErasureAsync(ErasureRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ErasureRows(_database).ForecastAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<ErasureReport>> EraseAsync(ErasureRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Actor);
        return new ErasureRows(_database).EraseAsync(request, cancellationToken);
    }
}
