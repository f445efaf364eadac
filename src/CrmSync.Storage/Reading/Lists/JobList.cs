using Dapper;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>A batch of work as programs get it. What it covers is not in it.</summary>
public sealed record JobEntry
{
    /// <summary>The states, as stored.</summary>
    public static readonly IReadOnlyList<string> States = ["available", "scheduled", "retryable", "running", "completed", "cancelled", "discarded"];

    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>What it does: scan, classify, ask, write, preview, act, reconcile.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>Its run, if any.</summary>
    public long? RunId { get; init; }

    /// <summary>One of <see cref="States"/>; discarded is a dead letter.</summary>
    public string State { get; init; } = "";

    /// <summary>Activities or records covered.</summary>
    public long Size { get; init; }

    /// <summary>Tries that counted.</summary>
    public long Attempts { get; init; }

    /// <summary>Code of why it failed or waits.</summary>
    public string? Code { get; init; }

    /// <summary>The same in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>Unix milliseconds; not before this is it tried.</summary>
    public long NotBefore { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Unix milliseconds; null while it is open.</summary>
    public long? FinishedAt { get; init; }
}

/// <summary>Batches of work by id. Thread-safe.</summary>
public sealed class JobList(ILedgerReadConnections ledger)
{
    /// <summary>One page, newest first.</summary>
    /// <param name="state">One of <see cref="JobEntry.States"/>; null for all.</param>
    /// <param name="connection">Key of a connection; null for all.</param>
    /// <param name="run">Of a run; null for all.</param>
    /// <param name="before">Below this id; null for the newest.</param>
    /// <param name="size">Rows at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<IdPage<JobEntry>> PageAsync(string? state, string? connection, long? run, long? before, int size, CancellationToken cancellationToken)
    {
        var where = (state is null ? "" : " and b.status = @state") + (connection is null ? "" : " and c.key = @connection") + (run is null ? "" : " and b.run_id = @run");
        return new IdList<JobEntry>(
            Columns, "from batch b join connection c on c.id = b.connection_id", "b.id", "batch", where, new DynamicParameters(new { state, connection, run }),
            row => row.Id).PageAsync(ledger, before, size, cancellationToken);
    }

    private const string Columns =
        """
        select b.id as Id, b.kind as Kind, c.key as Connection, b.run_id as RunId, b.status as State, b.size as Size, b.attempt as Attempts, b.error_code as Code,
          b.error_message as Message, b.not_before as NotBefore, b.created_at as CreatedAt, b.finished_at as FinishedAt
        """;
}
