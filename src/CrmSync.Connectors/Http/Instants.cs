namespace CrmSync.Connectors.Http;

/// <summary>Waiting for an instant of a clock.</summary>
internal static class Instants
{
    /// <summary>Waits until the clock shows an instant or later; not at all where it does already.</summary>
    public static async Task DelayUntilAsync(this TimeProvider time, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Up to the next millisecond, because timers count whole ones and must not end early.
        for (var wait = until - time.GetUtcNow(); wait > TimeSpan.Zero; wait = until - time.GetUtcNow())
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, cancellationToken);
    }
}
