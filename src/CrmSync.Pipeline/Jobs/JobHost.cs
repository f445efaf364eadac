using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Jobs;

/// <summary>What the engine calls: a batch's time has come, or a schedule's. Thread-safe.</summary>
public sealed class JobHost(
    BatchRunner runner, BatchDispatcher dispatcher, IScheduleStore schedules, ConnectionDirectory connections, PollStarter polls,
    ReconcileStarter comparisons, LabelPlaceKeeper places, ISegmentWorkStore segments, ILogger<JobHost> logger) : IJobCallbacks, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Asks every batch to stop after the step under way.</summary>
    public void BeginStop() => _stopping.Cancel();

    /// <inheritdoc/>
    public Task RunBatchAsync(long batchId, CancellationToken cancellationToken) => runner.RunAsync(batchId, _stopping.Token, cancellationToken);

    /// <inheritdoc/>
    public async Task RunScheduleAsync(string scheduleKey, CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
            return;
        var row = (await schedules.ListAsync(cancellationToken)).FirstOrDefault(candidate => candidate.Key == scheduleKey);
        if (row is null)
        {
            logger.ScheduleUnknown(scheduleKey);
            return;
        }

        await schedules.MarkFiredAsync(scheduleKey, cancellationToken);
        if (!row.Enabled || row.ConnectionId is not { } connectionId)
            return;
        var (connection, connector) = await connections.FindAsync(connectionId, cancellationToken);
        if (connection is null || connector is null)
            return;

        // Once an hour is often enough to notice what an administrator changed in the CRM; what was never learnt holds labels up.
        if (row.Kind == "poll_reach_back" || (row.Kind is "poll_fresh" or "poll_settled" && places.HasMissed(connection)))
            await places.RefreshAsync(connection, connector, cancellationToken);
        var (runId, batches) = await StartAsync(row.Kind, connection, connector, scheduleKey, cancellationToken);
        if (runId is { } id)
            logger.RunStarted(scheduleKey, id, batches.Count);
        await dispatcher.EnqueueAsync(batches, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(
        string kind, Connection connection, ICrmConnector connector, string scheduleKey, CancellationToken cancellationToken)
    {
        if (kind is "segment_fit" or "segment_assign" or "segment_learn")
        {
            var run = kind switch { "segment_fit" => RunKind.SegmentFit, "segment_learn" => RunKind.SegmentLearn, _ => RunKind.SegmentAssign };
            return await segments.StartAsync(new SegmentRunRequest(run, connection.Id, "schedule") { ScheduleKey = scheduleKey }, cancellationToken);
        }
        if (kind != "reconcile")
            return await polls.StartAsync(KindOf(kind), connection, connector, "schedule", scheduleKey, cancellationToken);
        var started = await comparisons.StartAsync(connection, connector, new ReconcileAsk(), "schedule", scheduleKey, cancellationToken);
        return (started.RunId, started.Batches);
    }

    private static RunKind KindOf(string kind) => kind switch
    {
        "poll_fresh" => RunKind.PollFresh,
        "poll_settled" => RunKind.PollSettled,
        "poll_reach_back" => RunKind.PollReachBack,
        "poll_records" => RunKind.PollRecords,
        "poll_links" => RunKind.PollLinks,
        "poll_gone" => RunKind.PollGone,
        _ => throw new InvalidOperationException($"The ledger has a schedule of the kind '{kind}', which this version does not know."),
    };
}
