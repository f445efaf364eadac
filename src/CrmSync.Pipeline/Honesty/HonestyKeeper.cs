using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Honesty;

/// <summary>Judges deals soon after they or their activities changed, on one node. What fails is repeated at the next look.</summary>
public sealed class HonestyKeeper(HonestyBook book, IChoreStore chores, RunnerOptions runner, TimeProvider clock, ILogger<HonestyKeeper> logger) : IKeeper
{
    private const string Judging = "honesty";
    private const string Counting = "honesty.count";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Turn = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CountEvery = TimeSpan.FromMinutes(2);

    /// <summary>Keeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await LookAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    /// <summary>Judges what waits, unless another node does.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Reading whether there is work costs nobody anything; taking a chore is a write.
            if (!await book.IsDueAsync(cancellationToken) || !await chores.TakeChoreAsync(Judging, runner.Node, TimeSpan.Zero, Lease, cancellationToken))
                return;
            if (await book.UpdateAsync(Turn, cancellationToken) is var judged and > 0)
                logger.DealsJudged(judged);
            await chores.EndChoreAsync(Judging, runner.Node, cancellationToken);
            if (!await chores.TakeChoreAsync(Counting, runner.Node, CountEvery, Lease, cancellationToken))
                return;
            await book.CountLooseAsync(cancellationToken);
            await chores.EndChoreAsync(Counting, runner.Node, cancellationToken);
        }
#pragma warning disable CA1031 // a database that is away for a moment must not end the loop; the next look has the same work
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.JudgingFailed(fault);
        }
    }
}
