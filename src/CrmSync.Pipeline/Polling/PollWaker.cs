using System.Collections.Concurrent;
using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Polling;

/// <summary>
/// Starts polls ahead of their schedule because a CRM told of a change. Notices come in bursts and ahead of the CRM's own index, so a poll starts a few seconds after
/// the first one and covers all that came meanwhile. What is lost here (a crash, a lost notice) the schedules find. Thread-safe.
/// </summary>
public sealed class PollWaker(
    IWebhookStore notices, ConnectionDirectory connections, PollStarter polls, BatchDispatcher dispatcher, TimeProvider clock, ILogger<PollWaker> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // A search of HubSpot sees a change a few moments after it happened (hubspot.md §3).
    private static readonly TimeSpan ChangeDelay = TimeSpan.FromSeconds(3);

    // Links are read anew for weeks of activities, and deletions come in bursts.
    private static readonly TimeSpan SlowDelay = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(long ConnectionId, RunKind Kind), DateTimeOffset> _due = new();

    /// <summary>Takes notices; those seen before and echoes of our own writes wake nobody.</summary>
    /// <returns>How many were new.</returns>
    public async Task<int> NoticeAsync(long connectionId, IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken)
    {
        var fresh = await notices.AddAsync(connectionId, events, cancellationToken);
        var now = clock.GetUtcNow();
        foreach (var kind in fresh.Select(notice => notice.Kind).Distinct())
        {
            var (run, delay) = kind switch
            {
                WebhookEventKind.Changed => (RunKind.PollFresh, ChangeDelay),
                WebhookEventKind.Linked => (RunKind.PollLinks, SlowDelay),
                WebhookEventKind.Gone => (RunKind.PollGone, SlowDelay),
                WebhookEventKind.Echo => ((RunKind?)null, TimeSpan.Zero),
            };
            if (run is { } wanted)
                _due.TryAdd((connectionId, wanted), now + delay);
        }
        return fresh.Count;
    }

    /// <summary>Starts what is due until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
                await StartDueAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host is stopping.
        }
    }

    /// <summary>Starts what is due now.</summary>
    public async Task StartDueAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, at) in _due)
        {
            if (at > clock.GetUtcNow() || !_due.TryRemove(new KeyValuePair<(long, RunKind), DateTimeOffset>(key, at)))
                continue;
            try
            {
                if (!await StartAsync(key.ConnectionId, key.Kind, cancellationToken))
                    _due.TryAdd(key, clock.GetUtcNow() + ChangeDelay);
            }
#pragma warning disable CA1031 // a database that is away for a moment costs one early poll; the schedule has the same work
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                logger.WakeFailed(fault, key.ConnectionId);
            }
        }
    }

    /// <returns>False where a scan of the kind is under way, which may have begun before the change.</returns>
    private async Task<bool> StartAsync(long connectionId, RunKind kind, CancellationToken cancellationToken)
    {
        var (connection, connector) = await connections.FindAsync(connectionId, cancellationToken);
        if (connection is null || connector is null)
            return true;
        var (run, batches) = await polls.StartAsync(kind, connection, connector, "notice", null, cancellationToken);
        await dispatcher.EnqueueAsync(batches, cancellationToken);
        return run is not null;
    }
}
