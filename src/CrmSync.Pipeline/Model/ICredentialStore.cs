namespace CrmSync.Pipeline.Model;

/// <summary>A credential that a CRM renews: it must outlive the process, and the old one is dead once a new one was given out.</summary>
/// <param name="RefreshToken">What the next renewal is asked with.</param>
/// <param name="AccessToken">The token in use; null where only a refresh token is known.</param>
/// <param name="ExpiresAt">When the access token ends; null where the CRM does not say.</param>
/// <param name="Address">Where the API listens, where the CRM says so together with the token.</param>
public sealed record StoredCredential(string RefreshToken, string? AccessToken, DateTimeOffset? ExpiresAt, string? Address)
{
    /// <summary>Leaves the secrets out, so that no log line or exception text ever carries them.</summary>
    public override string ToString() => $"credential that ends at {ExpiresAt:O}";
}

/// <summary>Keeps renewed credentials, encrypted. Thread-safe, shared by all nodes.</summary>
public interface ICredentialStore
{
    /// <summary>The credential of a connection, or null before the first renewal.</summary>
    Task<StoredCredential?> ReadAsync(string connectionKey, CancellationToken cancellationToken);

    /// <summary>
    /// Renews a credential while nobody else, on any node, renews the same one. <paramref name="renew"/> gets what is stored now (another node may have renewed it a
    /// moment ago; then it answers just that) and gives the one to store; null stores nothing. The result is durable before this returns, and only then may it be used.
    /// </summary>
    Task<StoredCredential?> RenewAsync(
        string connectionKey, Func<StoredCredential?, CancellationToken, Task<StoredCredential?>> renew, CancellationToken cancellationToken);
}
