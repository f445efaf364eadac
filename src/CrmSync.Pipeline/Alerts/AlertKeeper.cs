using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Alerts;

/// <summary>
/// Looks after what is watched, on one node at a time, and tells of changes. Whatever fails is repeated at the next look.
/// </summary>
public sealed class AlertKeeper(
    AlertLook look, AlertSender sender, IAlertStore store, IReadOnlyList<IAlertChannel> channels, IChoreStore chores, RunnerOptions runner, TimeProvider clock,
    ILogger<AlertKeeper> logger) : IKeeper
{
    private const string Chore = "alerts";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

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

    /// <summary>One look, where no other node does it, and what is due to be told.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await chores.TakeChoreAsync(Chore, runner.Node, Every, Lease, cancellationToken))
            {
                foreach (var change in await store.SaveVerdictsAsync(await look.JudgeAsync(cancellationToken), channels, cancellationToken))
                    logger.AlertChanged(change.Key, change.State);
                await chores.EndChoreAsync(Chore, runner.Node, cancellationToken);
            }
            await sender.SendDueAsync(cancellationToken);
        }
#pragma warning disable CA1031 // a database that is away for a moment must not end the loop; the next look has the same work
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.AlertLookFailed(fault);
        }
    }
}
