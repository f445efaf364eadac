using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Rollups;

/// <summary>Keeps sums up to date, on one node. What fails is repeated at the next look.</summary>
public sealed class RollupKeeper(IRollupStore rollups, IChoreStore chores, RunnerOptions runner, TimeProvider clock, ILogger<RollupKeeper> logger) : IKeeper
{
    private const string Chore = "rollups";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    // While a backfill decides about all days, counting them must stay a small part of the work.
    private const int RestPerWork = 20;

    private DateTimeOffset _notBefore;

    /// <summary>Keeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            do
                await LookAsync(cancellationToken);
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    /// <summary>Counts what changed, unless another node does or the last time was costly and not long ago.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (clock.GetUtcNow() < _notBefore)
            return;
        var start = clock.GetTimestamp();
        try
        {
            if (!await chores.TakeChoreAsync(Chore, runner.Node, Look / 2, Lease, cancellationToken))
                return;
            while (await rollups.RollUpLabelsAsync(cancellationToken))
            {
                // The days before these.
            }
            await chores.EndChoreAsync(Chore, runner.Node, cancellationToken);
        }
#pragma warning disable CA1031 // a database that is away for a moment must not end the loop; the next look has the same work
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.RollupFailed(fault);
        }
        _notBefore = clock.GetUtcNow() + (clock.GetElapsedTime(start) * RestPerWork);
    }
}
