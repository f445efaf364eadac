using System.Data.Common;

namespace CrmSync.Storage.Reading.Jobs;

/// <summary>Open batches of one kind and state.</summary>
public sealed record QueueCount
{
    /// <summary>Kind of batch, as stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>running, retryable, due (it could start now) or later.</summary>
    public string State { get; init; } = "";

    /// <summary>How many.</summary>
    public long Count { get; init; }

    /// <summary>Activities or records that they cover.</summary>
    public long Size { get; init; }

    /// <summary>Unix milliseconds; since when the oldest could start.</summary>
    public long Oldest { get; init; }
}

/// <summary>A batch that a node holds.</summary>
public sealed record LeaseView
{
    /// <summary>Ledger id of the batch.</summary>
    public long Id { get; init; }

    /// <summary>What it does, as stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its run, if any.</summary>
    public long? RunId { get; init; }

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Unix milliseconds; past it another node may take the batch.</summary>
    public long Until { get; init; }

    /// <summary>Activities or records covered.</summary>
    public long Size { get; init; }

    /// <summary>Tries that counted.</summary>
    public long Attempts { get; init; }
}

/// <summary>A node of the service.</summary>
public sealed record NodeCard
{
    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Version of the program; null where an older one never said.</summary>
    public string? Version { get; init; }

    /// <summary>Limits of its queues, as words of the form queue=number.</summary>
    public string? Limits { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>Unix milliseconds; its last sign of life.</summary>
    public long SeenAt { get; init; }

    /// <summary>Unix milliseconds; null while it has not stopped.</summary>
    public long? StoppedAt { get; init; }

    /// <summary>The limit of a queue; null where the node never said.</summary>
    public long? LimitOf(string queue) => Limits?.Split(' ').Select(word => word.Split('=', 2))
        .Where(word => word.Length == 2 && word[0] == queue && long.TryParse(word[1], out _)).Select(word => (long?)long.Parse(word[1], System.Globalization.CultureInfo.InvariantCulture)).FirstOrDefault();
}

/// <summary>Open batches that failed for a reason and are tried again, or wait for a time.</summary>
public sealed record RetryGroup
{
    /// <summary>Code of the reason.</summary>
    public string Code { get; init; } = "";

    /// <summary>Sentence of the newest.</summary>
    public string Message { get; init; } = "";

    /// <summary>Kind of batch, as stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>retryable: a try failed; otherwise it waits and no try is counted.</summary>
    public string State { get; init; } = "";

    /// <summary>How many.</summary>
    public long Count { get; init; }

    /// <summary>The most tries of one of them.</summary>
    public long Attempts { get; init; }

    /// <summary>Unix milliseconds; when the first of them is tried again.</summary>
    public long Next { get; init; }

    /// <summary>Ledger id of the newest.</summary>
    public long SampleId { get; init; }

    /// <summary>Its run, if any.</summary>
    public long? SampleRunId { get; init; }
}

/// <summary>Queues, leases and nodes as they stand.</summary>
/// <param name="Counts">Open batches.</param>
/// <param name="Leases">What nodes hold, at most 200.</param>
/// <param name="Nodes">Nodes that live, and those that stopped within a day.</param>
public sealed record QueueSnapshot(IReadOnlyList<QueueCount> Counts, IReadOnlyList<LeaseView> Leases, IReadOnlyList<NodeCard> Nodes);

/// <summary>What waits, what runs and where. Reads open batches only, by their partial index. Thread-safe.</summary>
public sealed class QueueQueries(ILedgerReadConnections ledger, TimeProvider time)
{
    private const string CountSql =
        """
        select kind as Kind, case when status in ('running', 'retryable') then status when not_before > @now then 'later' else 'due' end as State,
          count(*) as Count, cast(coalesce(sum(size), 0) as bigint) as Size, min(not_before) as Oldest
        from batch where status in ('available', 'scheduled', 'retryable', 'running')
        group by kind, case when status in ('running', 'retryable') then status when not_before > @now then 'later' else 'due' end
        """;

    private const string LeaseSql =
        """
        select b.id as Id, b.kind as Kind, b.run_id as RunId, c.key as Connection, coalesce(b.leased_by, '') as Node, coalesce(b.leased_until, 0) as Until, b.size as Size,
          b.attempt as Attempts
        from batch b join connection c on c.id = b.connection_id where b.status = 'running' order by b.leased_by, b.id limit 200
        """;

    private const string NodeSql =
        """
        select name as Name, version as Version, limits as Limits, started_at as StartedAt, seen_at as SeenAt, stopped_at as StoppedAt
        from node where stopped_at is null or stopped_at > @since order by case when stopped_at is null then 0 else 1 end, name limit 50
        """;

    private const string RetrySql =
        """
        select x.Code as Code, coalesce(n.error_message, '') as Message, x.Kind as Kind, c.key as Connection, x.State as State, x.Count as Count, x.Attempts as Attempts,
          x.Next as Next, x.SampleId as SampleId, n.run_id as SampleRunId
        from (
          select coalesce(error_code, '') as Code, kind as Kind, connection_id as ConnectionId, status as State, count(*) as Count, max(attempt) as Attempts,
            min(not_before) as Next, max(id) as SampleId
          from batch where status in ('available', 'scheduled', 'retryable', 'running') and status in ('scheduled', 'retryable') and error_code is not null
          group by error_code, kind, connection_id, status) x
        join batch n on n.id = x.SampleId join connection c on c.id = x.ConnectionId
        order by x.Count desc limit 200
        """;

    /// <summary>Queues, leases and nodes.</summary>
    public async Task<QueueSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return new QueueSnapshot(
            await OverviewQueries.ListAsync<QueueCount>(db, CountSql, new { now = now.ToUnixTimeMilliseconds() }, cancellationToken).ConfigureAwait(false),
            await OverviewQueries.ListAsync<LeaseView>(db, LeaseSql, null, cancellationToken).ConfigureAwait(false),
            await OverviewQueries.ListAsync<NodeCard>(db, NodeSql, new { since = now.AddDays(-1).ToUnixTimeMilliseconds() }, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What is tried again or waits, by reason, the most frequent first.</summary>
    public async Task<IReadOnlyList<RetryGroup>> RetriesAsync(CancellationToken cancellationToken)
    {
        await using DbConnection db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<RetryGroup>(db, RetrySql, null, cancellationToken).ConfigureAwait(false);
    }
}
