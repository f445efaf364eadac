using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage;

/// <content>What people do with schedules.</content>
public sealed partial class Ledger : IScheduleDesk
{
    private readonly ScheduleDeskRows _scheduleDesk;

    /// <inheritdoc/>
    public Task<long> CreateScheduleAsync(ScheduleDraft draft, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _scheduleDesk.CreateAsync(draft, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ScheduleAnswer> ChangeScheduleAsync(long id, long version, ScheduleDraft draft, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _scheduleDesk.ChangeAsync(id, version, draft, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ScheduleAnswer> PauseScheduleAsync(long id, long version, string reason, DateTimeOffset? until, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _scheduleDesk.PauseAsync(id, version, reason, until, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ScheduleAnswer> ResumeScheduleAsync(long id, long version, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _scheduleDesk.ResumeAsync(id, version, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ScheduleAnswer> DeleteScheduleAsync(long id, long version, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _scheduleDesk.DeleteAsync(id, version, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DescribeNodeAsync(string node, string version, string limits, CancellationToken cancellationToken) =>
        _schedules.DescribeNodeAsync(node, version, limits, cancellationToken);
}
