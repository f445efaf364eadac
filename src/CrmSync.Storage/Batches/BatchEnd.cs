using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Completeness;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Notes;

namespace CrmSync.Storage.Batches;

/// <summary>What the end of a batch, or its being put off, does to the work it covers.</summary>
internal static class BatchEnd
{
    public const string RetriesExhausted = "retries_exhausted";

    public static async Task EndAsync(LedgerStep step, BatchEnding ending)
    {
        step.Ended = true;
        switch (ending)
        {
            case BatchEnding.Completed:
                await CloseAsync(step, "completed", null, null);
                await WantNextAsync(step);
                await ReleaseWorkAsync(step);
                break;
            case BatchEnding.Retry retry:
                await PutOffAsync(step, "retryable", retry.At, retry.Code, retry.Message, 0);
                await WantNextAsync(step);
                break;
            case BatchEnding.Snooze snooze:
                await PutOffAsync(step, "scheduled", snooze.Until, snooze.Code, snooze.Message, 1);
                await WantNextAsync(step);
                break;
            case BatchEnding.Discard discard:
                await CloseAsync(step, "discarded", discard.Code, discard.Message);
                await BuryWorkAsync(step, discard);
                await step.LogAsync(LogSeverity.Error, discard.Code, discard.Message);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(ending), ending, "No such ending.");
        }
    }

    /// <summary>
    /// Stops a batch whose run a person holds or has stopped, unless the step ends it anyhow. What it did stays; what it covers waits with its run, but for writes,
    /// which may be other runs' as well and are gathered anew.
    /// </summary>
    /// <returns>Whether the batch is no longer held.</returns>
    public static async Task<bool> StopAsync(LedgerStep step, BatchEnding? ending)
    {
        switch (step.Batch.Run)
        {
            case RunStatus.Paused when ending is null && step.Batch.Kind is not BatchKind.Write:
                await PutOffAsync(step, "available", DateTimeOffset.FromUnixTimeMilliseconds(step.Session.Now), "run.paused", "The run is held; it goes on where it was.", 1);
                return true;
            case RunStatus.Paused when ending is null or BatchEnding.Retry or BatchEnding.Snooze && step.Batch.Kind is BatchKind.Write:
            case RunStatus.Cancelled when ending is null or BatchEnding.Retry or BatchEnding.Snooze:
                step.Ended = true;
                await CloseAsync(step, "cancelled", null, null);
                await WantNextAsync(step);
                await ReleaseWorkAsync(step);
                return true;
            case null or RunStatus.Running or RunStatus.Paused or RunStatus.Cancelled or RunStatus.Completed or RunStatus.Failed:
                return false;
            default:
                throw new InvalidOperationException($"A run is in no known state ({step.Batch.Run}).");
        }
    }

    // While the batch was held, newer decisions could only line up behind its intents; now those not sent yet can give way.
    private static async Task WantNextAsync(LedgerStep step)
    {
        if (step.Batch.Kind is BatchKind.Write)
            step.Wanted.AddRange(await IntentTransitions.ReadNextOfPendingAsync(step));
    }

    private static Task<int> CloseAsync(LedgerStep step, string status, string? code, string? message) =>
        step.Session.ExecuteAsync(
            """
            update batch set status = @status, error_code = @code, error_message = @message, finished_at = @Now, leased_by = null, leased_until = null
            where id = @Id
            """,
            new { status, code, message, step.Batch.Id, step.Session.Now });

    // Not marked as handed over: where the runner does not bring it back itself, the sweep does.
    private static Task<int> PutOffAsync(LedgerStep step, string status, DateTimeOffset until, string code, string message, int givenBack) =>
        step.Session.ExecuteAsync(
            """
            update batch set status = @status, not_before = @until, error_code = @code, error_message = @message, enqueued_at = null,
              attempt = case when attempt > @givenBack then attempt - @givenBack else 0 end, leased_by = null, leased_until = null
            where id = @Id
            """,
            new { status, until = until.ToUnixTimeMilliseconds(), code, message, givenBack, step.Batch.Id });

    // Whatever a completed batch left undone is covered by none, and the next gathering finds it.
    private static async Task ReleaseWorkAsync(LedgerStep step)
    {
        await AbandonScanAsync(step);
        if (step.Batch.Kind is BatchKind.Reconcile)
            await CompletenessRows.AbandonAsync(step.Session, step.Batch.Id, CompletenessRows.Stopped);
        await step.Session.ExecuteAsync("update activity set batch_id = null where batch_id = @Id", new { step.Batch.Id });
        await step.Session.ExecuteAsync("update ask set batch_id = null where batch_id = @Id and status = 'open'", new { step.Batch.Id });
        await step.Session.ExecuteAsync($"update intent set batch_id = null where batch_id = @Id and status in {Stored.Open}", new { step.Batch.Id });
        if (step.Batch.Kind is BatchKind.Note)
            await NoteSteps.ReleaseAsync(step);
    }

    private static async Task BuryWorkAsync(LedgerStep step, BatchEnding.Discard discard)
    {
        switch (step.Batch.Kind)
        {
            case BatchKind.Scan:
                await AbandonScanAsync(step);
                break;
            case BatchKind.Classify:
                step.Tally.Add(step.Batch.RunId, "dead", await step.Session.ExecuteAsync(
                    """
                    update activity set status = 'dead', dead_code = @Code, dead_message = @Message, batch_id = null
                    where batch_id = @Id and status = 'queued'
                    """,
                    new { discard.Code, discard.Message, step.Batch.Id }));
                break;
            case BatchKind.Ask:
                // The decisions are unsure and stay so: a person sees them in the review, and nothing is ever mislabelled.
                await step.Session.ExecuteAsync(
                    """
                    update ask set status = 'accepted', code = @Code, message = @Message, batch_id = null, finished_at = @Now
                    where batch_id = @Id and status = 'open'
                    """,
                    new { discard.Code, discard.Message, step.Batch.Id, step.Session.Now });
                break;
            case BatchKind.Write:
                var code = string.IsNullOrWhiteSpace(discard.Code) ? RetriesExhausted : discard.Code;
                await IntentTransitions.RejectOpenAsync(step, code, discard.Message);
                break;
            case BatchKind.Note:
                await NoteSteps.BuryAsync(step, discard.Code, discard.Message);
                break;
            case BatchKind.Reconcile:
                await CompletenessRows.AbandonAsync(step.Session, step.Batch.Id, $"Could not be compared to the end. {discard.Message}");
                break;
            case BatchKind.Preview or BatchKind.Act or BatchKind.Segment:
                // What it dealt with is saved step by step; what it did not reach is as it was.
                break;
            default:
                throw new InvalidOperationException($"A batch of kind {step.Batch.Kind} covers nothing known.");
        }
    }

    private static Task<int> AbandonScanAsync(LedgerStep step) =>
        step.Session.ExecuteAsync("update scan set status = 'abandoned' where batch_id = @Id and status = 'open'", new { step.Batch.Id });
}
