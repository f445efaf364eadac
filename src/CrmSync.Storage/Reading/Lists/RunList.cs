using Dapper;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>A run as programs get it.</summary>
public sealed record RunEntry
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>What it does, as stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>running, paused, completed, failed or cancelled.</summary>
    public string State { get; init; } = "";

    /// <summary>Who asked for it.</summary>
    public string RequestedBy { get; init; } = "";

    /// <summary>Rows that the CRM gave.</summary>
    public long Seen { get; init; }

    /// <summary>New or changed ones.</summary>
    public long Stored { get; init; }

    /// <summary>Decisions.</summary>
    public long Labelled { get; init; }

    /// <summary>Activities that no definition covers.</summary>
    public long Abstained { get; init; }

    /// <summary>Answers below the threshold.</summary>
    public long Unsure { get; init; }

    /// <summary>Writes that the CRM took.</summary>
    public long Applied { get; init; }

    /// <summary>Writes that were not needed.</summary>
    public long Unchanged { get; init; }

    /// <summary>Values of others that stay.</summary>
    public long Kept { get; init; }

    /// <summary>Writes that the CRM refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Activities put aside with a reason.</summary>
    public long Dead { get; init; }

    /// <summary>Calls to the CRM.</summary>
    public long Requests { get; init; }

    /// <summary>Activities that it was expected to read; null where nobody counted.</summary>
    public long? Expected { get; init; }

    /// <summary>Batches that are not done.</summary>
    public long OpenJobs { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>Unix milliseconds; null while it is not at its end.</summary>
    public long? FinishedAt { get; init; }
}

/// <summary>A line of a run's log.</summary>
public sealed record RunLine
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>info, warning or error.</summary>
    public string Level { get; init; } = "";

    /// <summary>Code of our registry.</summary>
    public string Code { get; init; } = "";

    /// <summary>Plain sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }
}

/// <summary>Runs by id, and what they say. Thread-safe.</summary>
public sealed class RunList(ILedgerReadConnections ledger)
{
    /// <summary>One page, newest first.</summary>
    /// <param name="connection">Key of a connection; null for all.</param>
    /// <param name="kind">Kind as stored; null for all.</param>
    /// <param name="state">State as stored; null for all.</param>
    /// <param name="before">Below this id; null for the newest.</param>
    /// <param name="size">Rows at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<IdPage<RunEntry>> PageAsync(string? connection, string? kind, string? state, long? before, int size, CancellationToken cancellationToken)
    {
        var where = (connection is null ? "" : " and c.key = @connection") + (kind is null ? "" : " and r.kind = @kind") + (state is null ? "" : " and r.status = @state");
        return List(where, new DynamicParameters(new { connection, kind, state })).PageAsync(ledger, before, size, cancellationToken);
    }

    /// <summary>One run; null where there is none.</summary>
    public async Task<RunEntry?> FindAsync(long runId, CancellationToken cancellationToken) =>
        (await List("", new DynamicParameters()).PageAsync(ledger, runId + 1, 1, cancellationToken).ConfigureAwait(false)).Rows.FirstOrDefault(run => run.Id == runId);

    /// <summary>One page of a run's log, newest first.</summary>
    public async Task<IdPage<RunLine>> LinesAsync(long runId, long? before, int size, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        // Its index leads by run, so no window is needed.
        var rows = await OverviewQueries.ListAsync<RunLine>(
            db,
            "select id as Id, level as Level, code as Code, message as Message, at as At from run_log where run_id = @runId and id < @top order by id desc limit @take",
            new { runId, top = before ?? long.MaxValue, take = size + 1 }, cancellationToken).ConfigureAwait(false);
        return rows.Count > size ? new IdPage<RunLine>([.. rows.Take(size)], rows[size - 1].Id) : new IdPage<RunLine>(rows, null);
    }

    private static IdList<RunEntry> List(string where, DynamicParameters parameters) =>
        new(Columns, "from run r join connection c on c.id = r.connection_id", "r.id", "run", where, parameters, row => row.Id);

    private const string Columns =
        """
        select r.id as Id, r.kind as Kind, c.key as Connection, r.status as State, r.requested_by as RequestedBy, r.seen as Seen, r.stored as Stored, r.labelled as Labelled,
          r.abstained as Abstained, r.unsure as Unsure, r.applied as Applied, r.unchanged as Unchanged, r.kept as Kept, r.rejected as Rejected, r.dead as Dead,
          r.requests as Requests, r.expected as Expected, r.started_at as StartedAt, r.finished_at as FinishedAt,
          (select count(*) from batch b where b.run_id = r.id and b.status in ('available', 'scheduled', 'retryable', 'running')) as OpenJobs
        """;
}
