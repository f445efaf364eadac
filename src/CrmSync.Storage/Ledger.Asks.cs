using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Asks;

namespace CrmSync.Storage;

/// <content>Questions to the hosted model, and what its answers cost.</content>
public sealed partial class Ledger : IAskStore
{
    private readonly AskReading _askReading;
    private readonly AskGatherer _askGatherer;
    private readonly HostedDays _hostedDays;

    /// <inheritdoc/>
    public Task<IReadOnlyList<AskWork>> ReadAsksAsync(long batchId, CancellationToken cancellationToken) => _askReading.ReadAsync(batchId, cancellationToken);

    /// <inheritdoc/>
    public Task<RemoteWork?> ReadRemoteAsync(long batchId, CancellationToken cancellationToken) =>
        _database.ReadAsync(session => RemoteBatches.ReadAsync(session, batchId), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<AskKey, KnownAnswer>> FindAnswersAsync(IReadOnlyList<AskKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return _askReading.FindAnswersAsync(keys, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>One transaction per connection.</remarks>
    public Task<IReadOnlyList<BatchRef>> GatherAsync(AskGathering how, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(how);
        return _askGatherer.GatherAsync(how, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<HostedReservation?> ReserveAsync(long micros, long budgetMicros, CancellationToken cancellationToken) =>
        _hostedDays.ReserveAsync(micros, budgetMicros, cancellationToken);

    /// <inheritdoc/>
    public Task SettleAsync(HostedSpending spending, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spending);
        return _database.WriteAsync(null, session => HostedDays.SettleAsync(session, spending), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<HostedDay> ReadDayAsync(CancellationToken cancellationToken) => _hostedDays.ReadAsync(cancellationToken);
}
