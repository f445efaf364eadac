using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Retention;
using CrmSync.Storage.Retention;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage;

/// <content>How long rows are kept, and who does what one node does for all.</content>
public sealed partial class Ledger : IRetentionStore, IChoreStore
{
    private RetentionRows Retention => new(_database);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RetentionSetting>> ListRetentionAsync(RetentionOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Retention.ListRetentionAsync(options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task SetRetentionAsync(string table, int days, RetentionOptions options, string actor, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Retention.SetRetentionAsync(table, days, options, actor, reason, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> CountPurgeableAsync(string table, int days, CancellationToken cancellationToken) =>
        Retention.CountPurgeableAsync(table, days, cancellationToken);

    /// <inheritdoc/>
    public Task<PurgeStep> PurgeAsync(string table, int days, long afterId, CancellationToken cancellationToken) =>
        Retention.PurgeAsync(table, days, afterId, cancellationToken);

    /// <inheritdoc/>
    public Task NotePurgeAsync(string table, int days, long removed, CancellationToken cancellationToken) =>
        Retention.NotePurgeAsync(table, days, removed, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TakeChoreAsync(string name, string node, TimeSpan every, TimeSpan lease, CancellationToken cancellationToken) =>
        new ChoreRows(_database).TakeAsync(name, node, every, lease, cancellationToken);

    /// <inheritdoc/>
    public Task EndChoreAsync(string name, string node, CancellationToken cancellationToken) =>
        new ChoreRows(_database).EndAsync(name, node, cancellationToken);
}
