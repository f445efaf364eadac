namespace CrmSync.Pipeline.Retention;

/// <summary>Takes old rows away, table by table, in small steps with breath between them, so that nothing else waits. Thread-safe.</summary>
public sealed class Purger(IRetentionStore store, RetentionOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(20);

    /// <summary>Purges every table that has a limit.</summary>
    /// <returns>Rows that went, by table; tables that lost none are left out.</returns>
    public async Task<IReadOnlyDictionary<string, long>> PurgeAsync(CancellationToken cancellationToken)
    {
        var removed = new Dictionary<string, long>();
        foreach (var setting in await store.ListRetentionAsync(options, cancellationToken))
        {
            if (setting.Days > 0 && await PurgeAsync(setting, cancellationToken) is var count and > 0)
                removed[setting.Rule.Table] = count;
        }

        return removed;
    }

    private async Task<long> PurgeAsync(RetentionSetting setting, CancellationToken cancellationToken)
    {
        var removed = 0L;
        try
        {
            for (long? next = 0; next is { } after;)
            {
                var step = await store.PurgeAsync(setting.Rule.Table, setting.Days, after, cancellationToken);
                removed += step.Removed;
                next = step.NextId;
                if (next is not null)
                    await Task.Delay(Breath, clock, cancellationToken);
            }
        }
        finally
        {
            // Also of a purge that a stop cut short: what went is written down.
            if (removed > 0)
                await store.NotePurgeAsync(setting.Rule.Table, setting.Days, removed, CancellationToken.None);
        }

        return removed;
    }
}
