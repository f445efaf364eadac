using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Waits out what is over soon, for work that no queue holds and that ends half done otherwise: setting up properties while a person looks on, and looking where labels live.
/// </summary>
internal static class Patience
{
    /// <summary>A longer wait, such as for a used-up day, is for the caller.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    // Other programs may use a limit up again and again.
    private const int MostWaits = 10;
    private const int MostRetries = 3;
    private static readonly TimeSpan BeforeRetry = TimeSpan.FromSeconds(1);

    /// <summary>Does something that may be repeated, again after each wait and each passing trouble.</summary>
    /// <param name="act">What to do; null when it is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it between two tries, too.</param>
    /// <returns>The last failure; null when it is done.</returns>
    public static async Task<Failure?> WithAsync(Func<Task<Failure?>> act, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var (waits, retries) = (0, 0); ;)
        {
            var failure = await act();
            TimeSpan pause;
            if (failure is { Category: FailureCategory.Wait, NotBefore: { } until } && waits++ < MostWaits)
                pause = until - time.GetUtcNow();
            else if (failure is { Category: FailureCategory.Retry } && retries++ < MostRetries)
                pause = BeforeRetry;
            else
                return failure;
            if (pause > LongestWait)
                return failure;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellationToken);
        }
    }

    /// <summary>The same for reading something.</summary>
    public static async Task<Result<T>> WithAsync<T>(Func<Task<Result<T>>> read, TimeProvider time, CancellationToken cancellationToken)
    {
        Result<T>? last = null;
        await WithAsync(async () => (last = await read()).Value.Failure, time, cancellationToken);
        return last!.Value;
    }
}
