using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Acts;
using CrmSync.Storage.Asks;
using CrmSync.Storage.Completeness;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Notes;
using CrmSync.Storage.Previews;
using CrmSync.Storage.Records;
using CrmSync.Storage.Runs;
using CrmSync.Storage.Segments;
using CrmSync.Storage.Taxonomies;

namespace CrmSync.Storage.Batches;

/// <summary>Saves a step of a batch: whole, or not at all.</summary>
internal sealed class BatchCommits(LedgerDatabase database, TimeProvider clock)
{
    public Task<CommitResult> CommitAsync(ClaimedBatch batch, LedgerChange change, TimeSpan lease, CancellationToken cancellationToken)
    {
        // Hashing and sorting happen before anybody has to wait for this transaction.
        var page = IncomingActivity.Prepare(change.Activities);
        var leaseEndsAt = clock.GetUtcNow() + lease;
        return database.WriteAsync(
            batch.ConnectionId,
            async session =>
            {
                var held = await HoldAsync(session, batch, change, lease);
                if (held is null)
                    return new CommitResult(false, leaseEndsAt, []);
                var step = new LedgerStep(session, held);
                var stopped = await SaveAsync(step, change, page);
                return new CommitResult(true, leaseEndsAt, step.Made) { Stopped = stopped };
            },
            cancellationToken);
    }

    // A page that was stored proves that the batch is no poison: its tries count anew, or a long scan would use them all up on passing trouble.
    private static Task<HeldBatch?> HoldAsync(Session session, ClaimedBatch batch, LedgerChange change, TimeSpan lease) =>
        session.FirstAsync(
            $"""
            update batch set leased_until = @until, attempt = case when @moved = 1 and attempt > 1 then 1 else attempt end
            where id = @Id and epoch = @Epoch and status = 'running'
            returning {HeldBatch.Columns}
            """,
            new
            {
                until = session.Now + (long)lease.TotalMilliseconds, moved = (change.Scan is not null || change.Reconcile?.Position is not null) && change.Ending is null ? 1 : 0, batch.Id, batch.Epoch,
            },
            HeldBatch.Read);

    private static async Task<bool> SaveAsync(LedgerStep step, LedgerChange change, IReadOnlyList<IncomingActivity> page)
    {
        await ActivityRows.SaveAsync(step, page);
        await RecordRows.SaveAsync(step, change.Records);
        if (change.Directory is { } directory)
            await DirectoryRows.SaveAsync(step, directory);
        await ActivityParts.SaveLinksAsync(step, change.Links);
        await AskRows.SaveAsync(step, change);
        await ActivityRows.SaveWaitingAsync(step, change.Waiting);
        await ActivityRows.SaveDeadAsync(step, change.Dead);
        await IntentTransitions.SaveAsync(step, change.Intents);
        await NoteSteps.SaveAsync(step, change.Notes);
        if (change.Preview is { } preview)
            await PreviewRows.SaveAsync(step, preview);
        if (change.Gone is { } gone)
            await GoneRows.SaveAsync(step, gone);
        if (change.Reconcile is { } comparison)
            await CompletenessRows.SaveAsync(step, comparison);
        await SegmentSteps.SaveAsync(step, change);
        await AgainRows.SaveAsync(step, change.Again);
        if (change.Scan is { } progress)
            await ScanRows.SaveAsync(step, progress);
        if (change.ActStep)
            await ActSteps.CarryOutAsync(step);
        foreach (var line in change.Log)
            await step.LogAsync(line.Level, line.Code, line.Message);
        step.Tally.Add(step.Batch.RunId, "requests", change.Requests);
        var stopped = await BatchEnd.StopAsync(step, change.Ending);
        if (!stopped && change.Ending is { } ending)
            await BatchEnd.EndAsync(step, ending);
        await step.FinishAsync(change.WriteBatchSize);
        return stopped;
    }
}
