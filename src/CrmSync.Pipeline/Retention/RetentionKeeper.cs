using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Retention;

/// <summary>Purges once a day, on one node. What fails is repeated at the next look.</summary>
public sealed class RetentionKeeper(Purger purger, IChoreStore chores, RunnerOptions runner, TimeProvider clock, ILogger<RetentionKeeper> logger) : IKeeper
{
    private const string Chore = "retention";

    private static readonly TimeSpan Look = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    /// <summary>Keeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            // Not at the start, when a host has more urgent things to do.
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await LookAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    /// <summary>Purges if a day has gone by and no other node does.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await chores.TakeChoreAsync(Chore, runner.Node, Every, Lease, cancellationToken))
                return;
            foreach (var (table, rows) in await purger.PurgeAsync(cancellationToken))
                logger.Purged(rows, table);
            await chores.EndChoreAsync(Chore, runner.Node, cancellationToken);
        }
#pragma warning disable CA1031 // a database that is away for a moment must not end the loop; the next look has the same work
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.PurgeFailed(fault);
        }
    }
}
