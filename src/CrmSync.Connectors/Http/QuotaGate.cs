namespace CrmSync.Connectors.Http;

/// <summary>
/// Keeps one connection's requests under the CRM's limits, inside this process. Waits below <see cref="LongestWait"/> are waited here; longer
/// ones are told to the caller, whose queue holds them. Thread-safe.
/// </summary>
internal sealed class QuotaGate(TimeProvider time, IReadOnlyDictionary<QuotaBucket, PacedBucket> buckets, DayMeter day)
{
    /// <summary>A wait from here on is the queue's.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>The day's count.</summary>
    public DayMeter Day { get; } = day;

    /// <summary>Waits for a turn, or says when to come back.</summary>
    /// <exception cref="QuotaWaitException">The wait is too long for a call.</exception>
    public async ValueTask EnterAsync(QuotaBucket bucket, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (Day.NotBefore(now) is { } tomorrow)
            throw new QuotaWaitException(HttpFailures.DayBudgetSpent, tomorrow);

        var turn = buckets[bucket].Reserve(now, LongestWait, out var granted);
        if (!granted)
            throw new QuotaWaitException(HttpFailures.Paced, turn);
        Day.Count(now);
        if (turn > now)
            await Task.Delay(turn - now, time, cancellationToken);
    }

    /// <summary>Lets nobody through before an instant, because the CRM said so.</summary>
    public void Close(QuotaBucket bucket, DateTimeOffset until) => buckets[bucket].Close(until);

    /// <summary>Lets nobody through any bucket before an instant.</summary>
    public void CloseAll(DateTimeOffset until)
    {
        foreach (var bucket in buckets.Values)
            bucket.Close(until);
    }

    /// <summary>Takes a lower limit from the CRM; a higher one is ignored.</summary>
    public void Lower(QuotaBucket bucket, double limit, TimeSpan window) => buckets[bucket].Lower(limit, window);
}

/// <summary>Carries a wait through the handlers to the edge, where it becomes a failure value.</summary>
internal sealed class QuotaWaitException(FailureKind kind, DateTimeOffset notBefore) : Exception(kind.Sentence)
{
    /// <summary>Which limit.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>When there is room.</summary>
    public DateTimeOffset NotBefore { get; } = notBefore;
}
