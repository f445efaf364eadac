namespace CrmSync.Pipeline.Access;

/// <summary>Keys of the HTTP API. Thread-safe. Making and revoking one writes an audit row.</summary>
public interface IApiKeyStore
{
    /// <summary>Enters a key.</summary>
    /// <returns>The key as it stands.</returns>
    Task<ApiKey> AddKeyAsync(NewApiKey key, string actor, CancellationToken cancellationToken);

    /// <summary>All keys, the newest first, revoked and expired ones included.</summary>
    Task<IReadOnlyList<ApiKey>> ListKeysAsync(CancellationToken cancellationToken);

    /// <summary>The key with a prefix; null where there is none.</summary>
    Task<ApiKeySecret?> FindKeyAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Ends a key at once. Harmless where it was ended before: who ended it first stays.</summary>
    /// <returns>The key; null where there is none.</returns>
    Task<ApiKey?> RevokeKeyAsync(long id, string actor, CancellationToken cancellationToken);

    /// <summary>Notes that a key was used. At most one write a minute and key, so call it as often as you like.</summary>
    Task MarkKeyUsedAsync(ApiKey key, CancellationToken cancellationToken);
}
