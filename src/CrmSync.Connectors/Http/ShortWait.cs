using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>Waits limits out that are over soon, for work that no queue holds, such as setting up properties while a person looks on.</summary>
internal static class ShortWait
{
    // A used-up day and the like are for the person to come back to.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // Other programs may use the limit up again and again.
    private const int Most = 10;

    /// <summary>Does something that may be repeated, again after each wait.</summary>
    /// <param name="act">What to do; null when it is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it between two tries, too.</param>
    /// <returns>The last failure; null when it is done.</returns>
    public static async Task<Failure?> OutAsync(Func<Task<Failure?>> act, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var waits = 0; ; waits++)
        {
            var failure = await act();
            if (failure is not { Category: FailureCategory.Wait, NotBefore: { } until } || waits == Most || until - time.GetUtcNow() is var wait && wait > Longest)
                return failure;
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken);
        }
    }
}
