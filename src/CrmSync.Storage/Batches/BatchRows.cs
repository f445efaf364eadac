using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Batches;

/// <summary>Making batches, and what of them several ideas share.</summary>
internal static class BatchRows
{
    public const int ClassifyBatchSize = 200;

    public const string OpenStatuses = "('available', 'scheduled', 'retryable', 'running')";

    /// <summary>Runs that a person holds: what belongs to them is not gathered.</summary>
    public const string PausedRuns = "(select h.id from run h where h.status = 'paused')";

    /// <summary>
    /// Acts whose writes wait: those that a person holds, and undos and forces that a person ended, whose rest is put away (<see cref="Acts.EndedActs"/>).
    /// </summary>
    public const string HeldActs = "(select h.id from run h where h.status = 'paused' or (h.status = 'cancelled' and h.kind in ('undo', 'force')))";

    /// <summary>Whether neither the run nor the act of an intent is held; its columns stand without an alias.</summary>
    public const string NotHeld = $"coalesce(run_id, 0) not in {PausedRuns} and coalesce(act_run_id, 0) not in {HeldActs}";

    /// <summary>Whether an intent <c>i</c> of the connection <c>c</c> may be sent as things stand.</summary>
    public const string MayGo = "(c.write_mode = 'on' or (c.write_mode = 'approve' and i.release_run_id is not null))";

    /// <summary>
    /// Makes a batch. It counts as handed over where its maker gives it to an engine right after the commit; a command beside a host has no engine, so its
    /// batches are left to the host's sweep.
    /// </summary>
    public static async Task<BatchRef> InsertAsync(
        Session session, BatchKind kind, long connectionId, long? runId, int priority, int size, bool handedOver = true)
    {
        var id = await session.ScalarAsync(
            """
            insert into batch (kind, connection_id, run_id, status, priority, size, not_before, enqueued_at, created_at)
            values (@kind, @connectionId, @runId, 'available', @priority, @size, @Now, @enqueuedAt, @Now)
            returning id
            """,
            new { kind = Stored.Name(kind), connectionId, runId, priority, size, enqueuedAt = handedOver ? session.Now : (long?)null, session.Now });
        return new BatchRef(id!.Value, kind, DateTimeOffset.FromUnixTimeMilliseconds(session.Now), priority);
    }

    /// <summary>
    /// Ends runs that have nothing left to do: no open batch, and no intent that still waits for its write batch on a connection that
    /// writes, or asks for an approval that it has. Null looks at all runs.
    /// </summary>
    public static Task<int> FinishRunsAsync(Session session, long? runId) =>
        session.ExecuteAsync(
            $"""
            update run set
              status = case when exists (select 1 from batch b where b.run_id = run.id and b.status = 'discarded') then 'failed' else 'completed' end,
              finished_at = @Now
            where status = 'running' {(runId is null ? "" : "and id = @runId")}
              and not exists (select 1 from batch b where b.run_id = run.id and b.status in {OpenStatuses})
              and not exists (
                select 1 from intent i join connection c on c.id = i.connection_id
                where i.run_id = run.id and i.batch_id is null and i.status in {Stored.Open} and {MayGo})
              and not exists (
                select 1 from intent i join connection c on c.id = i.connection_id
                where i.act_run_id = run.id and i.status in {Stored.Open} and {MayGo})
            """,
            new { runId, session.Now });
}
