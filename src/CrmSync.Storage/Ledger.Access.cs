using CrmSync.Pipeline.Access;
using CrmSync.Storage.Access;

namespace CrmSync.Storage;

/// <content>Keys of the HTTP API.</content>
public sealed partial class Ledger : IApiKeyStore
{
    private readonly ApiKeyRows _apiKeys;

    /// <inheritdoc/>
    public Task<ApiKey> AddKeyAsync(NewApiKey key, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _apiKeys.AddKeyAsync(key, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancellationToken) => _apiKeys.ListKeysAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<ApiKeySecret?> FindKeyAsync(string prefix, CancellationToken cancellationToken) => _apiKeys.FindKeyAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public Task<ApiKey?> RevokeKeyAsync(long id, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _apiKeys.RevokeKeyAsync(id, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task MarkKeyUsedAsync(ApiKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _apiKeys.MarkKeyUsedAsync(key, cancellationToken);
    }
}
