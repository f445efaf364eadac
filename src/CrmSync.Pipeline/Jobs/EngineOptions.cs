using System.Globalization;

namespace CrmSync.Pipeline.Jobs;

/// <summary>How many jobs each queue runs at once on one node. All limits are 1 to <see cref="MaxLimit"/>.</summary>
public sealed record EngineOptions
{
    /// <summary>The highest limit that a queue may have.</summary>
    public const int MaxLimit = 64;

    /// <summary>Polls at once; default 4.</summary>
    public int PollLimit { get; init; } = 4;

    /// <summary>Classifications at once; default 2.</summary>
    public int ClassifyLimit { get; init; } = 2;

    /// <summary>Batches of questions to the hosted model at once; default 2.</summary>
    public int AskLimit { get; init; } = 2;

    /// <summary>Write-backs at once; default 4.</summary>
    public int WriteBackLimit { get; init; } = 4;

    /// <summary>Background batches at once; default 1.</summary>
    public int BackgroundLimit { get; init; } = 1;

    /// <summary>
    /// How long jobs that were told to end may take to do so once the stop has run out of patience; default 5 seconds, zero to one minute.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The limit of one queue.</summary>
    /// <param name="queue">The queue.</param>
    public int LimitOf(JobQueue queue) => queue switch
    {
        JobQueue.Poll => PollLimit,
        JobQueue.Classify => ClassifyLimit,
        JobQueue.Ask => AskLimit,
        JobQueue.WriteBack => WriteBackLimit,
        JobQueue.Background => BackgroundLimit,
        _ => throw new ArgumentOutOfRangeException(nameof(queue), queue, "There is no such queue."),
    };

    /// <summary>The limits as words of the form queue=number, for the ledger's row of a node.</summary>
    public string ToWords() => string.Create(
        CultureInfo.InvariantCulture,
        $"poll={PollLimit} classify={ClassifyLimit} ask={AskLimit} write_back={WriteBackLimit} background={BackgroundLimit}");

    /// <summary>Every fault, one sentence each; empty when all is well.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [];
        foreach (var (name, limit) in new[]
        {
            (nameof(PollLimit), PollLimit), (nameof(ClassifyLimit), ClassifyLimit), (nameof(AskLimit), AskLimit),
            (nameof(WriteBackLimit), WriteBackLimit), (nameof(BackgroundLimit), BackgroundLimit),
        })
        {
            if (limit is < 1 or > MaxLimit)
                faults.Add($"{name} is {limit}; a queue runs 1 to {MaxLimit} jobs at once.");
        }

        if (StopGrace < TimeSpan.Zero || StopGrace > TimeSpan.FromMinutes(1))
            faults.Add($"{nameof(StopGrace)} is {StopGrace}; it is 00:00:00 to 00:01:00.");
        return faults;
    }

    /// <summary>Refuses wrong options.</summary>
    /// <exception cref="ArgumentException">Names all faults at once.</exception>
    public void ThrowIfInvalid()
    {
        if (Faults() is { Count: > 0 } faults)
            throw new ArgumentException("The engine's options are wrong: " + string.Join(' ', faults));
    }
}
