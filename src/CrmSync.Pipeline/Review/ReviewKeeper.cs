using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Review;

/// <summary>
/// What a host does for review beside its batches: follows the active model, turns people's edits in the CRM into corrections, keeps drawn rows waiting.
/// Whatever fails is repeated at the next look.
/// </summary>
public sealed class ReviewKeeper(ActiveModel model, CrmEditCollector edits, AuditDrawer audits, TimeProvider clock, ILogger<ReviewKeeper> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // Neither edits nor draws are urgent; both read along indexes that are nearly empty.
    private const int LooksPerRound = 6;

    /// <summary>Keeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            for (var look = 0; ; look++)
            {
                await LookAsync(look % LooksPerRound == 0, cancellationToken);
                if (!await timer.WaitForNextTickAsync(cancellationToken))
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    /// <summary>One look; a full one also collects edits and draws.</summary>
    public async Task LookAsync(bool full, CancellationToken cancellationToken)
    {
        try
        {
            await model.FollowAsync(cancellationToken);
            if (!full)
                return;
            if (await edits.CollectAsync(cancellationToken) is var made and > 0)
                logger.EditsLearned(made);
            await audits.DrawAsync(cancellationToken);
        }
#pragma warning disable CA1031 // a database that is away for a moment must not end the loop; the next look has the same work
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            logger.LookFailed(fault);
        }
    }
}
