using System.Globalization;
using CrmSync.Pipeline.Classification.Asking;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.Jobs;

/// <summary>
/// Claims a batch, lets its handler work, and commits every step whole. The only place that saves what handlers did, and the only place that
/// catches what they did not expect. Thread-safe.
/// </summary>
public sealed class BatchRunner(
    IBatchStore batches, ConnectionDirectory connections, BatchGate gate, IReadOnlyList<IBatchHandler> handlers, BatchDispatcher dispatcher,
    FailurePolicy policy, RunnerOptions options, TimeProvider clock, ILogger<BatchRunner> logger)
{
    // Short waits for a rate limit are how a CRM is meant to be used; an operator should see the long ones.
    private static readonly TimeSpan NoticeableWait = TimeSpan.FromSeconds(30);

    // The claim is judged by the database's clock; waking a breath later than asked keeps the two clocks' rounding from refusing it.
    private static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Runs a batch to its end or to its next wait. Returns quietly where there is nothing to claim.
    /// </summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="stopping">Asks to stop after the step under way; what is left is given back with its attempt.</param>
    /// <param name="cancellationToken">Cuts the step under way, calls to the CRM included.</param>
    public async Task RunAsync(long batchId, CancellationToken stopping, CancellationToken cancellationToken)
    {
        if (stopping.IsCancellationRequested)
            return;
        var batch = await batches.ClaimAsync(batchId, options.Node, options.Lease, cancellationToken);
        if (batch is null)
            return;

        var (connection, connector) = await connections.FindAsync(batch.ConnectionId, cancellationToken);
        if (connector is null)
        {
            var name = connection?.Key ?? batch.ConnectionId.ToString(CultureInfo.InvariantCulture);
            var ending = policy.EndingFor(PipelineFailures.ConnectionNotConfigured(name), batch.Attempt);
            await CommitAsync(batch, null, new LedgerChange { Ending = ending }, cancellationToken);
            return;
        }

        var context = new BatchContext(batch, connection!, connector, clock);
        if (await gate.EnterAsync(context, cancellationToken) is { } refused)
        {
            await CommitAsync(batch, context, new LedgerChange { Ending = refused }, cancellationToken);
            return;
        }
        try
        {
            var handler = handlers.Single(candidate => candidate.Kind == batch.Kind);
            await RunStepsAsync(handler, context, stopping, cancellationToken);
        }
        finally
        {
            gate.Leave(context);
        }
    }

    private async Task RunStepsAsync(IBatchHandler handler, BatchContext context, CancellationToken stopping, CancellationToken cancellationToken)
    {
        var steps = handler.HandleAsync(context, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (steps.ConfigureAwait(false))
        {
            while (true)
            {
                var change = await NextAsync(steps, context, stopping, cancellationToken);
                var held = await CommitAsync(context.Batch, context, change, CancellationToken.None);
                if (!held || change.Ending is not null)
                    return;
                if (stopping.IsCancellationRequested)
                {
                    await CommitAsync(context.Batch, context, Interrupted(), CancellationToken.None);
                    return;
                }
            }
        }
    }

    // The one broad catch: whatever a handler did not foresee becomes a counted try with a reason, never a lost batch.
    private async Task<LedgerChange> NextAsync(
        IAsyncEnumerator<LedgerChange> steps, BatchContext context, CancellationToken stopping, CancellationToken cancellationToken)
    {
        try
        {
            return await steps.MoveNextAsync() ? steps.Current : new LedgerChange { Ending = new BatchEnding.Completed() };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            return Interrupted();
        }
#pragma warning disable CA1031 // stated above
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.HandlerFailed(fault, context.Batch.Id, context.Batch.Kind);
            var failure = PipelineFailures.Unexpected(context.Batch.Kind, fault);
            return new LedgerChange
            {
                Ending = policy.EndingFor(failure, context.Batch.Attempt),
                Log = [new LogLine(LogSeverity.Error, failure.Code, failure.Message)],
            };
        }
    }

    private LedgerChange Interrupted() =>
        new() { Ending = new BatchEnding.Snooze(clock.GetUtcNow(), "host_stopping", "The host is stopping; the next one goes on from here.") };

    private async Task<bool> CommitAsync(ClaimedBatch batch, BatchContext? context, LedgerChange change, CancellationToken cancellationToken)
    {
        var result = await batches.CommitAsync(
            batch, WithEndingLogged(change) with { WriteBatchSize = context?.Connector.Writer.BatchSize }, options.Lease, cancellationToken);
        if (!result.Held)
        {
            logger.LeaseLost(batch.Id, batch.Epoch);
            return false;
        }
        if (context is not null)
            context.LeaseEndsAt = result.LeaseEndsAt;

        await dispatcher.EnqueueAsync(result.NewBatches, cancellationToken);
        var again = change.Ending switch
        {
            BatchEnding.Retry retry => retry.At,
            BatchEnding.Snooze snooze => snooze.Until,
            BatchEnding.Completed or BatchEnding.Discard or null => (DateTimeOffset?)null,
            _ => throw new InvalidOperationException($"Unknown ending {change.Ending}."),
        };
        if (again is { } time)
            await dispatcher.EnqueueAsync([new BatchRef(batch.Id, batch.Kind, time + ClockGrain, 0)], cancellationToken);
        // A run that somebody holds or ended gave the batch back with this commit.
        return !result.Stopped;
    }

    private LedgerChange WithEndingLogged(LedgerChange change) => change.Ending switch
    {
        BatchEnding.Retry retry => change with { Log = [.. change.Log, new LogLine(LogSeverity.Warning, retry.Code, retry.Message)] },
        BatchEnding.Discard discard => change with { Log = [.. change.Log, new LogLine(LogSeverity.Error, discard.Code, discard.Message)] },
        BatchEnding.Snooze { Code: not ("host_stopping" or BatchGate.TurnCode or RemoteAsks.UnderWayCode) } snooze => change with
        {
            Log = [.. change.Log, new LogLine(
                snooze.Until - clock.GetUtcNow() < NoticeableWait ? LogSeverity.Info : LogSeverity.Warning, snooze.Code, snooze.Message)],
        },
        _ => change,
    };
}
