using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading.Jobs;

namespace CrmSync.Service.Console.Jobs;

/// <summary>How far a run has come.</summary>
/// <param name="Share">0 to 1; null where nothing tells.</param>
/// <param name="Words">The same in words.</param>
/// <param name="Left">How long the rest will take at the pace so far; null where that would be a guess, or where the run is held or over.</param>
internal sealed record RunAdvance(double? Share, string Words, TimeSpan? Left)
{
    private static readonly Texts T = Texts.Of(typeof(RunAdvance));

    // Before that the pace is noise.
    private const double ShareToJudge = 0.02;
    private static readonly TimeSpan TimeToJudge = TimeSpan.FromSeconds(3);

    /// <summary>Works it out. Pure.</summary>
    /// <param name="run">The run.</param>
    /// <param name="act">Its act, if it is one.</param>
    /// <param name="batches">Its batches by state.</param>
    /// <param name="now">Now.</param>
    public static RunAdvance Of(RunCard run, RunAct? act, IReadOnlyList<RunBatchCount> batches, DateTimeOffset now)
    {
        var open = batches.Where(row => row.State is "available" or "scheduled" or "retryable" or "running").Sum(row => row.Count);
        var all = batches.Sum(row => row.Count);
        if (!run.IsOpen)
            return new RunAdvance(1, all == 1 ? T["OneJob"] : T["Jobs", Number(all)], null);
        var (share, words) = (run, act) switch
        {
            ({ Expected: > 0 and var expected }, _) => ((double?)Math.Min(1, (double)run.Seen / expected), T["OfAboutRowsRead", Number(run.Seen), Number(expected)]),
            (_, { UpToId: > 0 }) => (Math.Min(1, (double)act.Position / act.UpToId), T["RowsDealtWith", Number(act.Done + act.LeftOut)]),
            _ => (all == 0 ? null : (double)(all - open) / all, T["OfJobsDoneSoFar", Number(all - open), Number(all)]),
        };
        return new RunAdvance(share, words, LeftOf(run, share, now));
    }

    private static TimeSpan? LeftOf(RunCard run, double? share, DateTimeOffset now)
    {
        var elapsed = now - DateTimeOffset.FromUnixTimeMilliseconds(run.StartedAt);
        return run.State == "running" && run.Expected > 0 && share is >= ShareToJudge and < 1 && elapsed >= TimeToJudge ? elapsed * ((1 - share.Value) / share.Value) : null;
    }

    private static string Number(long number) => TimeText.Number(number);
}
