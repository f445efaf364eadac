using System.Collections.Concurrent;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>Credentials in memory, for one process without a ledger. Thread-safe.</summary>
internal sealed class InProcessCredentialStore : ICredentialStore
{
    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<StoredCredential?> ReadAsync(string connectionKey, CancellationToken cancellationToken) =>
        Task.FromResult(_places.TryGetValue(connectionKey, out var place) ? place.Credential : null);

    /// <inheritdoc/>
    public async Task<StoredCredential?> RenewAsync(
        string connectionKey, Func<StoredCredential?, CancellationToken, Task<StoredCredential?>> renew, CancellationToken cancellationToken)
    {
        var place = _places.GetOrAdd(connectionKey, _ => new Place());
        await place.Turn.WaitAsync(cancellationToken);
        try
        {
            return place.Credential = await renew(place.Credential, cancellationToken) ?? place.Credential;
        }
        finally
        {
            place.Turn.Release();
        }
    }

    private sealed class Place
    {
        private volatile StoredCredential? _credential;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public StoredCredential? Credential
        {
            get => _credential;
            set => _credential = value;
        }
    }
}
