using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Acts;

namespace CrmSync.Storage;

/// <content>Operators' acts.</content>
public sealed partial class Ledger : IActStore
{
    private readonly ActRows _acts;

    /// <inheritdoc/>
    public Task<long> StartActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Actor);
        return _acts.StartAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ActState?> FindActAsync(long runId, CancellationToken cancellationToken) => _acts.FindAsync(runId, cancellationToken);
}
