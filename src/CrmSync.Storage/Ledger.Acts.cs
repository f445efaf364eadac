using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Pipeline.WriteBack.Previews;
using CrmSync.Storage.Acts;
using CrmSync.Storage.Previews;

namespace CrmSync.Storage;

/// <content>Operators' acts.</content>
public sealed partial class Ledger : IActStore, IPreviewStore
{
    private readonly ActRows _acts;
    private readonly PreviewRows _previews;

    /// <inheritdoc/>
    public Task<long> StartActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Actor);
        return _acts.StartAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ActTrial> TryActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrWhiteSpace(request.Actor);
        return new ActTrials(_database).TryAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ActState?> FindActAsync(long runId, CancellationToken cancellationToken) => _acts.FindAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public Task<PreviewPage> ReadPreviewPageAsync(long runId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _previews.ReadPageAsync(runId, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> CountActAsync(ActRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _acts.CountAsync(request, cancellationToken);
    }
}
