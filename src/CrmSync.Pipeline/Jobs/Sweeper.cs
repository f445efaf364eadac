using CrmSync.Pipeline.Classification.Asking;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Jobs;

/// <summary>How often the sweep looks.</summary>
public sealed record SweepOptions
{
    /// <summary>Between two looks. Default half a second: it also gathers pending intents into write batches, so it is part of the latency of a label.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a pending intent waits for company before a batch goes out part full. Default half a second.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A batch that was handed to an engine this long ago and has not been claimed is handed over again. Default 1 minute.</summary>
    public TimeSpan HandOverAgainAfter { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>
/// Hands the engine whatever a crash, a lost queue or another process left behind, and makes batches for work that none covers.
/// At the start everything that is due is handed over at once, since an embedded engine remembers nothing.
/// </summary>
public sealed class Sweeper(
    IBatchStore batches, IAskStore asks, HostedDesk desk, ConnectionDirectory connections, BatchDispatcher dispatcher, SweepOptions options, RunnerOptions runner,
    TimeProvider clock, ILogger<Sweeper> logger)
{
    private const int PerLook = 500;

    /// <summary>Sweeps until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Period, clock);
        var first = true;
        do
        {
            try
            {
                await SweepAsync(first ? clock.GetUtcNow() : clock.GetUtcNow() - options.HandOverAgainAfter, cancellationToken);
                first = false;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // a database that is away for a minute must not end the sweep: it is what brings everything back
            catch (Exception fault)
#pragma warning restore CA1031
            {
                logger.SweepFailed(fault);
            }
        }
        while (await NextTickAsync(timer, cancellationToken));
    }

    /// <summary>One look.</summary>
    /// <param name="handedOverBefore">Batches handed over before this are handed over again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task SweepAsync(DateTimeOffset handedOverBefore, CancellationToken cancellationToken)
    {
        var known = await connections.ListAsync(cancellationToken);
        var sizes = known.ToDictionary(pair => pair.Connection.Id, pair => pair.Connector.Writer.BatchSize);
        await dispatcher.EnqueueAsync(await batches.GatherAsync(sizes, options.Linger, cancellationToken), cancellationToken);
        // Without a hosted model, too: what was asked while there was one is then settled locally.
        await dispatcher.EnqueueAsync(
            await asks.GatherAsync(
                new AskGathering
                {
                    Share = desk.Auditor is null ? 1 : desk.Asking.Share, SharePatience = desk.Asking.SharePatience,
                    RemoteBackfills = desk.Asking.BatchBackfills && desk.Auditor is not null,
                },
                cancellationToken),
            cancellationToken);
        await dispatcher.EnqueueAsync(
            await batches.TakeDueAsync(handedOverBefore, runner.MaximumAttempts, PerLook, cancellationToken), cancellationToken);
    }

    private static async Task<bool> NextTickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
