using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>Waits out what is over soon, for work that is done again from its start otherwise, or ends half done.</summary>
/// <param name="LongestWait">A longer wait, such as for a used-up day, is for the caller.</param>
/// <param name="MostWaits">Waits for one thing, because other programs may use a limit up again and again.</param>
/// <param name="MostRetries">Repeats after passing trouble, a second apart; 0 where it must not be done twice.</param>
internal sealed record Patience(TimeSpan LongestWait, int MostWaits, int MostRetries)
{
    private static readonly TimeSpan BeforeRetry = TimeSpan.FromSeconds(1);

    /// <summary>For setting up properties while a person looks on, and for looking where labels live.</summary>
    public static Patience OfSetup { get; } = new(TimeSpan.FromMinutes(1), 10, 3);

    /// <summary>For a call whose caller has a queue: only the short waits, and nothing that may be billed twice.</summary>
    public static Patience OfCall { get; } = new(TimeSpan.FromSeconds(5), 3, 0);

    /// <summary>Does something, again after each wait and each passing trouble.</summary>
    /// <param name="act">What to do; null when it is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops it between two tries, too.</param>
    /// <returns>The last failure; null when it is done.</returns>
    public async Task<Failure?> WithAsync(Func<Task<Failure?>> act, TimeProvider time, CancellationToken cancellationToken)
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
    public async Task<Result<T>> WithAsync<T>(Func<Task<Result<T>>> read, TimeProvider time, CancellationToken cancellationToken)
    {
        Result<T>? last = null;
        await WithAsync(async () => (last = await read()).Value.Failure, time, cancellationToken);
        return last!.Value;
    }
}
