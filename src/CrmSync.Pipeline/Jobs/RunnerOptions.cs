namespace CrmSync.Pipeline.Jobs;

/// <summary>How batches are run. Durations are <see cref="TimeSpan"/>s; defaults suit both CRMs.</summary>
public sealed record RunnerOptions
{
    /// <summary>Name of this node; unique among the nodes of a ledger.</summary>
    public required string Node { get; init; }

    /// <summary>How long a claim lasts without a commit. Default 3 minutes; must exceed the connectors' longest call by more than the margin.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Counted tries before a batch becomes a dead letter. Default 8, range 1 to 100.</summary>
    public int MaximumAttempts { get; init; } = 8;

    /// <summary>First delay between tries; doubles each time. Default 2 seconds.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest delay between tries. Default 10 minutes.</summary>
    public TimeSpan LongestRetryDelay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How soon to look again where a person has to act first. Default 5 minutes: many batches may wait, and each look is a request.</summary>
    public TimeSpan StoppedDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Seed of the jitter.</summary>
    public int Seed { get; init; }
}
