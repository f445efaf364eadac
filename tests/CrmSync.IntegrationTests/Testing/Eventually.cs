namespace CrmSync.IntegrationTests.Testing;

/// <summary>Waits for a condition in another process, which can raise no event here: looks often at first and less often the longer it takes, gives up late, says what it waited for.</summary>
internal static class Eventually
{
    // Looking costs the machine what it waits for: a twentieth of the time that has passed, within these bounds, delays the test by no more than that.
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(1);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what, TimeSpan patience, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!await condition())
        {
            var waited = time.GetElapsedTime(began);
            if (waited > patience)
                throw new TimeoutException($"Waited {patience.TotalSeconds:0} s in vain: {what}");
            var pause = waited / 20;
            await Task.Delay(pause < Soonest ? Soonest : pause > Latest ? Latest : pause, time, cancellationToken);
        }
    }
}
