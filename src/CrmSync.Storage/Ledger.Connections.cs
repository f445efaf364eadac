using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Storage.Credentials;
using CrmSync.Storage.Quotas;
using CrmSync.Storage.Webhooks;

namespace CrmSync.Storage;

/// <content>What connectors share between nodes: turns, credentials, notices.</content>
public sealed partial class Ledger : IQuotaStore, ICredentialStore, IWebhookStore
{
    private readonly QuotaRows _quotas;
    private readonly CredentialRows _credentials;
    private readonly WebhookRows _webhooks;

    /// <inheritdoc/>
    public Task<QuotaGrant> TakeAsync(QuotaAsk ask, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ask);
        return _quotas.TakeAsync(ask, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ReturnAsync(string connectionKey, int turns, CancellationToken cancellationToken) =>
        _quotas.ReturnAsync(connectionKey, turns, cancellationToken);

    /// <inheritdoc/>
    public Task CloseAsync(string connectionKey, string? bucket, DateTimeOffset until, CancellationToken cancellationToken) =>
        _quotas.CloseAsync(connectionKey, bucket, until, cancellationToken);

    /// <inheritdoc/>
    public Task ObserveAsync(QuotaNotice notice, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notice);
        return _quotas.ObserveAsync(notice, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<QuotaStanding> ReadAsync(string connectionKey, DateTimeOffset dayStart, CancellationToken cancellationToken) =>
        _quotas.ReadAsync(connectionKey, dayStart, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredCredential?> ReadAsync(string connectionKey, CancellationToken cancellationToken) =>
        _credentials.ReadAsync(connectionKey, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredCredential?> RenewAsync(
        string connectionKey, Func<StoredCredential?, CancellationToken, Task<StoredCredential?>> renew, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(renew);
        return _credentials.RenewAsync(connectionKey, renew, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WebhookEvent>> AddAsync(long connectionId, IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        return _webhooks.AddAsync(connectionId, events, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> LastAtAsync(long connectionId, CancellationToken cancellationToken) =>
        _webhooks.LastAtAsync(connectionId, cancellationToken);
}
