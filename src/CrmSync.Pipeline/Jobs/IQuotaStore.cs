namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Counts requests against a CRM's limits, over all jobs and nodes of a connection. Turns are given out in slices: a process takes some at once and paces itself
/// through them, so that the store is asked about once a second and not once per request. Thread-safe.
/// </summary>
public interface IQuotaStore
{
    /// <summary>Takes up to <see cref="QuotaAsk.Wanted"/> turns of a bucket, none later than a second from now.</summary>
    Task<QuotaGrant> TakeAsync(QuotaAsk ask, CancellationToken cancellationToken);

    /// <summary>Gives turns back that were not used, for the day's count; their place in the pace is lost.</summary>
    Task ReturnAsync(string connectionKey, int turns, CancellationToken cancellationToken);

    /// <summary>Lets nobody through a bucket before an instant, because the CRM said so; null closes all buckets of the connection.</summary>
    Task CloseAsync(string connectionKey, string? bucket, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Takes what the CRM says about its limits. Only lower limits count; what is left of the day is remembered for people to see, and 0 closes the day.</summary>
    Task ObserveAsync(QuotaNotice notice, CancellationToken cancellationToken);

    /// <summary>How the connection stands, for people to see.</summary>
    Task<QuotaStanding> ReadAsync(string connectionKey, DateTimeOffset dayStart, CancellationToken cancellationToken);
}

/// <summary>A wish for turns.</summary>
/// <param name="ConnectionKey">The connection.</param>
/// <param name="Bucket">burst or search.</param>
/// <param name="Limit">The CRM's limit in one window, above 0.</param>
/// <param name="Window">Length of the window.</param>
/// <param name="Wanted">How many turns; 1 or more.</param>
public sealed record QuotaAsk(string ConnectionKey, string Bucket, double Limit, TimeSpan Window, int Wanted)
{
    /// <summary>Requests that we may make in a day: the CRM's limit times our share.</summary>
    public required long DayAllowance { get; init; }

    /// <summary>Begin of the day that counts: a midnight of the account, or 24 hours ago.</summary>
    public required DateTimeOffset DayStart { get; init; }

    /// <summary>When to come back where the day is used up.</summary>
    public required DateTimeOffset DayEnd { get; init; }
}

/// <summary>Turns that were given.</summary>
/// <param name="Count">How many; 0 where none comes within a second.</param>
/// <param name="FirstAt">When the first one is, by this process's clock; where none was given, when to ask again.</param>
/// <param name="Interval">From one turn to the next.</param>
/// <param name="DaySpent">Whether the day's allowance is the reason for none.</param>
public sealed record QuotaGrant(int Count, DateTimeOffset FirstAt, TimeSpan Interval, bool DaySpent);

/// <summary>What a CRM said about its limits.</summary>
/// <param name="ConnectionKey">The connection.</param>
/// <param name="DayLimit">The account's daily limit.</param>
/// <param name="DayRemaining">What is left of it for all applications together.</param>
/// <param name="DayEnd">When the day is fresh again.</param>
public sealed record QuotaNotice(string ConnectionKey, long? DayLimit, long? DayRemaining, DateTimeOffset DayEnd);

/// <summary>How a connection stands.</summary>
/// <param name="UsedToday">Our requests of the day.</param>
/// <param name="DayLimit">The CRM's daily limit as it last said; null before.</param>
/// <param name="DayRemaining">What it said to be left; null before.</param>
/// <param name="ClosedUntil">Until when nobody is let through; null where open.</param>
public sealed record QuotaStanding(long UsedToday, long? DayLimit, long? DayRemaining, DateTimeOffset? ClosedUntil);
