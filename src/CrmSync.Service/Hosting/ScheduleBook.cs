using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Hosting;

/// <summary>
/// Keeps the engine's schedules as the ledger has them: looks when the host starts and with every sign of life, so that a rhythm that an operator
/// changes takes effect within seconds, on every node. Not thread-safe: the worker calls it.
/// </summary>
internal sealed class ScheduleBook(IScheduleStore schedules, IJobEngine engine)
{
    private readonly Dictionary<string, ScheduleRow> _set = [];

    /// <summary>Adds, replaces and removes what differs since the last look.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var rows = (await schedules.ListAsync(cancellationToken)).Where(row => row.Enabled).ToList();
        foreach (var gone in _set.Keys.Except(rows.Select(row => row.Key)).ToList())
        {
            await engine.RemoveRecurringAsync(gone, cancellationToken);
            _set.Remove(gone);
        }
        foreach (var row in rows)
        {
            var known = _set.GetValueOrDefault(row.Key);
            if (known is null || known.Recurrence != row.Recurrence || known.Zone != row.Zone)
                await SetAsync(row, cancellationToken);
            _set[row.Key] = row;
        }
    }

    private async Task SetAsync(ScheduleRow row, CancellationToken cancellationToken)
    {
        // What came due before a person made, changed or resumed a schedule was not wanted, so it is not made up.
        var since = row.DueFrom > row.LastFiredAt ? row.DueFrom : row.LastFiredAt ?? row.DueFrom;
        await engine.SetRecurringAsync(new RecurringJob(row.Key, Recurrence.Parse(row.Recurrence, row.Zone), since), cancellationToken);
        // A schedule of the configuration that never fired is due now: the first labels should not wait for the next full hour.
        if (since is null && row.Kind is not ("poll_reach_back" or "segment_fit"))
            await engine.TriggerAsync(row.Key, cancellationToken);
    }
}
