namespace CrmSync.IntegrationTests.Testing;

/// <summary>Waits for a condition in another process, which can raise no event here: looks often, gives up late, says what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look);
        var until = TimeProvider.System.GetUtcNow() + patience;
        while (!await condition())
        {
            if (TimeProvider.System.GetUtcNow() > until)
                throw new TimeoutException($"Waited {patience.TotalSeconds:0} s in vain: {what}");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
