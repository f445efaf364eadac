using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Budgets;

/// <summary>What was used of a day's budget, and how the day will end if it goes on like this. A pure value.</summary>
public sealed record BudgetForecast
{
    /// <summary>How far back the rate looks: long enough that one poll does not count as a trend.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromHours(3);

    /// <summary>What may be used in the day: requests, or millionths of a US dollar.</summary>
    public required long Allowance { get; init; }

    /// <summary>What was used of it.</summary>
    public required long Used { get; init; }

    /// <summary>What is used per hour.</summary>
    public required double PerHour { get; init; }

    /// <summary>What will have been used when the day ends; of a rolling day, what its rate comes to in 24 hours.</summary>
    public required long AtEnd { get; init; }

    /// <summary>When the budget will be used up; null where the day ends before.</summary>
    public DateTimeOffset? ReachedAt { get; init; }

    /// <summary>When the day ends, and the budget is fresh again.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Whether the day is always the last 24 hours.</summary>
    public bool IsRolling { get; init; }

    /// <summary>Share of the budget that was used, 0 or more.</summary>
    public double Share => Used / (double)Math.Max(1, Allowance);

    /// <summary>Looks ahead.</summary>
    /// <param name="allowance">What may be used in the day.</param>
    /// <param name="used">What was used since the day began.</param>
    /// <param name="perHour">What was used per hour lately.</param>
    /// <param name="now">Now.</param>
    /// <param name="end">When the day ends.</param>
    /// <param name="isRolling">Whether the day is always the last 24 hours; then what was used comes free again as fast as time goes by.</param>
    public static BudgetForecast Of(long allowance, long used, double perHour, DateTimeOffset now, DateTimeOffset end, bool isRolling)
    {
        var hours = Math.Max(0, (end - now).TotalHours);
        var atEnd = isRolling ? Math.Max(perHour * 24, 0) : used + (perHour * hours);
        DateTimeOffset? reached = used >= allowance
            ? now
            : atEnd > allowance && perHour > 0 && (allowance - used) / perHour is var left && left < Math.Max(hours, 24) ? now.AddHours(left) : null;
        return new BudgetForecast
        {
            Allowance = allowance, Used = used, PerHour = perHour, AtEnd = (long)Math.Min(atEnd, long.MaxValue / 2), ReachedAt = reached, End = end, IsRolling = isRolling,
        };
    }
}

/// <summary>Reads how budgets stand, from what all nodes counted. Thread-safe.</summary>
public interface IBudgetReader
{
    /// <summary>The requests of a connection.</summary>
    /// <param name="connectionKey">The connection.</param>
    /// <param name="day">Its day and limit as its connector knows them.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<BudgetForecast> ReadRequestsAsync(string connectionKey, QuotaDay day, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The cost of the hosted model, in millionths of a US dollar; what is set aside for calls under way counts as used.</summary>
    /// <param name="budgetMicros">What a day may cost.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    Task<BudgetForecast> ReadHostedAsync(long budgetMicros, DateTimeOffset now, CancellationToken cancellationToken);
}
