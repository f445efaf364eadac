using CrmSync.Pipeline.Alerts;
using CrmSync.Storage.Alerts;

namespace CrmSync.Storage;

/// <content>What is watched, and what is told of it.</content>
public sealed partial class Ledger : IAlertStore
{
    /// <inheritdoc/>
    public Task<AlertSigns> ReadSignsAsync(DateTimeOffset watchingSince, CancellationToken cancellationToken) =>
        new AlertReading(_database).ReadSignsAsync(watchingSince, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LabelMix>> ReadMixesAsync(CancellationToken cancellationToken) => new AlertReading(_database).ReadMixesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<WatchedThing>> ListAlertsAsync(CancellationToken cancellationToken) => new AlertRows(_database).ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertVerdict>> SaveVerdictsAsync(
        IReadOnlyList<AlertVerdict> verdicts, IReadOnlyList<IAlertChannel> channels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        ArgumentNullException.ThrowIfNull(channels);
        return new AlertRows(_database).SaveAsync(verdicts, channels, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertDelivery>> TakeDeliveriesAsync(int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        new DeliveryRows(_database).TakeAsync(limit, lease, cancellationToken);

    /// <inheritdoc/>
    public Task EndDeliveryAsync(long id, DeliveryEnd end, CancellationToken cancellationToken) => new DeliveryRows(_database).EndAsync(id, end, cancellationToken);

    /// <inheritdoc/>
    public Task RecordTestAsync(string channel, string sentence, string? error, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return new AlertRows(_database).RecordTestAsync(channel, sentence, error, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> AcknowledgeAlertAsync(string key, string actor, string? reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return new AlertRows(_database).AcknowledgeAsync(key, actor, reason, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> SilenceAlertAsync(string key, DateTimeOffset? until, string actor, string? reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return new AlertRows(_database).SilenceAsync(key, until, actor, reason, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<AlertEvent>> ListEventsAsync(int limit, CancellationToken cancellationToken) =>
        new AlertRows(_database).ListEventsAsync(limit, cancellationToken);
}
