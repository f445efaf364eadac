using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Completeness;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>
/// Holds runs, lets them go on, stops them. A batch under way notices at its next commit; what waits is touched here. Stored activities and decisions stay what
/// they are: a stopped run leaves no activity undecided and no decision unwritten, the gathering covers them outside the run.
/// </summary>
internal sealed class RunChanges(LedgerDatabase database)
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private const string Waiting = "('available', 'scheduled', 'retryable')";

    public async Task<bool> ChangeAsync(long runId, RunStatus status, string actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<RunStatus> from = status switch
        {
            RunStatus.Running => [RunStatus.Paused],
            RunStatus.Paused => [RunStatus.Running],
            RunStatus.Cancelled => [RunStatus.Running, RunStatus.Paused],
            RunStatus.Completed or RunStatus.Failed => throw new ArgumentException($"A run cannot be made {status}; it ends so by itself.", nameof(status)),
        };
        var connection = await database.ReadAsync(
            session => session.ScalarAsync("select connection_id from run where id = @runId", new { runId }), cancellationToken);
        return connection is { } connectionId && await database.WriteAsync(
            connectionId, session => ChangeAsync(session, connectionId, runId, status, from, actor), cancellationToken);
    }

    private static async Task<bool> ChangeAsync(Session session, long connectionId, long runId, RunStatus status, IReadOnlyList<RunStatus> from, string actor)
    {
        // Locked by writing it, so that a run which ends at this moment is not held afterwards.
        var before = await session.FirstAsync(
            $"update run set seen = seen where id = @runId and status in ({string.Join(", ", from.Select(state => $"'{Stored.Name(state)}'"))}) returning status",
            new { runId },
            reader => reader.GetString(0));
        if (before is null)
            return false;
        var after = Stored.Name(status);
        await session.ExecuteAsync(
            "update run set status = @after, finished_at = @finished where id = @runId",
            new { after, finished = status is RunStatus.Cancelled ? session.Now : (long?)null, runId });
        await Audit.WriteAsync(session, actor, "run.status", $"{runId}", before, after);
        if (status is RunStatus.Running)
            await session.ExecuteAsync($"update batch set enqueued_at = null where run_id = @runId and status in {Waiting}", new { runId });
        else
            await LetGoOfWritesAsync(session, runId, connectionId);
        if (status is RunStatus.Cancelled)
            await CancelAsync(session, runId);
        return true;
    }

    // A write batch may carry intents of several runs; those of others must not be held with it. The gathering puts them together anew. Batches come first: one
    // that is claimed at this moment keeps what it covers.
    private static async Task LetGoOfWritesAsync(Session session, long runId, long connectionId)
    {
        var batches = await session.QueryAsync(
            $"""
            update batch set status = 'cancelled', finished_at = @Now
            where kind = 'write' and connection_id = @connectionId and status in {Waiting} and (run_id = @runId or exists (
              select 1 from intent i where i.batch_id = batch.id and (i.run_id = @runId or i.act_run_id = @runId) and i.status in {Stored.Open}))
            returning id
            """,
            new { runId, connectionId, session.Now },
            reader => reader.GetInt64(0));
        await session.ExecuteRowsAsync($"update intent set batch_id = null from $rows r where intent.batch_id = r.id and intent.status in {Stored.Open}", Ids, batches);
    }

    private static async Task CancelAsync(Session session, long runId)
    {
        await session.ExecuteAsync(
            $"update batch set status = 'cancelled', finished_at = @Now where run_id = @runId and status in {Waiting}", new { runId, session.Now });
        await session.ExecuteAsync(
            "update activity set batch_id = null where batch_id in (select b.id from batch b where b.run_id = @runId and b.status = 'cancelled')", new { runId });
        await session.ExecuteAsync(
            $"""
            update scan set status = 'abandoned' where run_id = @runId and status = 'open'
              and not exists (select 1 from batch b where b.id = scan.batch_id and b.status in {BatchRows.OpenStatuses})
            """,
            new { runId });
        await CompletenessRows.AbandonRunAsync(session, runId);
    }
}
