using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Storage.Reading.Jobs;

/// <summary>What a run consists of and what it says. Thread-safe.</summary>
public sealed class RunParts(ILedgerReadConnections ledger)
{
    /// <summary>Batches that are shown; the counts tell of all.</summary>
    public const int MostBatches = 50;

    /// <summary>Earlier runs in the chart.</summary>
    public const int MostLengths = 30;

    // Runs that were cancelled say nothing about how long such a run takes; the bound keeps a kind that was never finished from being searched to its beginning.
    private const string LengthSql =
        """
        select x.id as Id, x.status as State, x.started_at as StartedAt, x.finished_at as FinishedAt, x.seen as Seen
        from (select id, status, started_at, finished_at, seen from run where kind = @Kind and connection_id = @ConnectionId and id <= @Id order by id desc limit 500) x
        where x.status in ('completed', 'failed') and x.finished_at is not null
        order by x.id desc limit @MostLengths
        """;

    /// <summary>Its scans, by type.</summary>
    public Task<IReadOnlyList<RunScan>> ScansAsync(long runId, CancellationToken cancellationToken) => ListAsync<RunScan>(
        "select object_type as ObjectType, from_at as FromAt, to_at as ToAt, status as State, pages as Pages, seen as Seen from scan where run_id = @runId order by object_type limit 100",
        new { runId }, cancellationToken);

    /// <summary>Its windows, where it is a comparison; a window counts as a scan.</summary>
    public Task<IReadOnlyList<RunScan>> WindowsAsync(long runId, CancellationToken cancellationToken) => ListAsync<RunScan>(
        """
        select object_type as ObjectType, from_at as FromAt, to_at as ToAt, state as State, 0 as Pages, coalesce(crm_count, 0) as Seen
        from completeness where run_id = @runId order by object_type limit 100
        """,
        new { runId }, cancellationToken);

    /// <summary>How many batches it has, by kind and state.</summary>
    public Task<IReadOnlyList<RunBatchCount>> BatchCountsAsync(long runId, CancellationToken cancellationToken) => ListAsync<RunBatchCount>(
        "select kind as Kind, status as State, count(*) as Count from batch where run_id = @runId group by kind, status", new { runId }, cancellationToken);

    /// <summary>Its batches, those that are open or failed first, then the newest.</summary>
    public Task<IReadOnlyList<RunBatch>> BatchesAsync(long runId, CancellationToken cancellationToken) => ListAsync<RunBatch>(
        """
        select id as Id, kind as Kind, status as State, size as Size, attempt as Attempts, leased_by as Node, leased_until as LeasedUntil, not_before as NotBefore,
          error_code as Code, error_message as Message
        from batch where run_id = @runId
        order by case status when 'running' then 0 when 'retryable' then 1 when 'discarded' then 2 when 'available' then 3 when 'scheduled' then 4 else 5 end, id desc
        limit @MostBatches
        """,
        new { runId, MostBatches }, cancellationToken);

    /// <summary>How long the last runs of the same kind on the same connection took, the oldest first.</summary>
    public async Task<IReadOnlyList<RunLength>> LengthsAsync(RunCard run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return [.. (await ListAsync<RunLength>(LengthSql, new { run.Kind, run.ConnectionId, run.Id, MostLengths }, cancellationToken).ConfigureAwait(false)).Reverse()];
    }

    /// <summary>The act that it is; null where it is none.</summary>
    public async Task<RunAct?> ActAsync(long runId, CancellationToken cancellationToken) => await ListAsync<RunAct>(
        """
        select target as Target, filter as Filter, up_to_id as UpToId, position as Position, done as Done, left_out as LeftOut, sample as Sample,
          preview_run_id as PreviewRunId, reason as Reason
        from act where run_id = @runId
        """,
        new { runId }, cancellationToken).ConfigureAwait(false) is [var act, ..] ? act : null;

    /// <summary>Its newest lines, newest first.</summary>
    public Task<IReadOnlyList<RunLine>> LinesAsync(long runId, int size, CancellationToken cancellationToken) => ListAsync<RunLine>(
        "select id as Id, level as Level, code as Code, message as Message, at as At from run_log where run_id = @runId order by id desc limit @size",
        new { runId, size }, cancellationToken);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<T>(db, sql, parameters, cancellationToken).ConfigureAwait(false);
    }
}
