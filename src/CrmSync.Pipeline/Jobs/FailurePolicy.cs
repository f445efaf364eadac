using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>Turns a failure into the ending of a batch: the one place that says what is tried again, what waits and what is given up. Thread-safe.</summary>
public sealed class FailurePolicy(RunnerOptions options, TimeProvider clock)
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private readonly Random _random = new(options.Seed);
    private readonly Lock _gate = new();

    /// <summary>The ending for a failed batch.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="attempt">The counted try that failed, from 1.</param>
    public BatchEnding EndingFor(Failure failure, int attempt)
    {
        var message = failure.ToString();
        var now = clock.GetUtcNow();
        return failure.Category switch
        {
            FailureCategory.Wait => new BatchEnding.Snooze(Later(failure.NotBefore, now), failure.Code, message),
            // Nothing is lost by waiting for a person, and everything goes on by itself once the token or scope is mended.
            FailureCategory.Stop => new BatchEnding.Snooze(now + options.StoppedDelay, failure.Code, message),
            FailureCategory.Retry or FailureCategory.Unknown when attempt < options.MaximumAttempts =>
                new BatchEnding.Retry(now + Delay(attempt), failure.Code, message),
            FailureCategory.Retry or FailureCategory.Unknown => new BatchEnding.Discard("retries_exhausted", $"Given up after {attempt} tries. {message}"),
            FailureCategory.Reject or FailureCategory.Gone => new BatchEnding.Discard(failure.Code, message),
        };
    }

    /// <summary>Back-off before the next try: doubling, with a fifth of jitter either way, never beyond the longest delay by more than that.</summary>
    public TimeSpan Delay(int attempt)
    {
        var doublings = Math.Min(Math.Max(attempt - 1, 0), 30);
        var delay = Math.Min(options.RetryDelay.TotalMilliseconds * Math.Pow(2, doublings), options.LongestRetryDelay.TotalMilliseconds);
        double jitter;
        lock (_gate)
            jitter = 0.8 + (_random.NextDouble() * 0.4);
        return TimeSpan.FromMilliseconds(delay * jitter);
    }

    private static DateTimeOffset Later(DateTimeOffset? notBefore, DateTimeOffset now)
    {
        var earliest = now + ShortestWait;
        return notBefore is { } time && time > earliest ? time : earliest;
    }
}
