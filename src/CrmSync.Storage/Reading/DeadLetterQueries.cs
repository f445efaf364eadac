using System.Data.Common;

namespace CrmSync.Storage.Reading;

/// <summary>What kind of work was given up.</summary>
public enum DeadLetterKind
{
    /// <summary>A write that the CRM refused, or that was tried too often.</summary>
    Write,

    /// <summary>An activity that could not be decided about.</summary>
    Activity,

    /// <summary>A batch of other work, such as a scan.</summary>
    Batch,
}

/// <summary>Dead letters that share a reason.</summary>
/// <param name="Kind">What was given up.</param>
/// <param name="ConnectionId">Where.</param>
/// <param name="Code">Code of our registry.</param>
/// <param name="Message">The sentence of the last one; for a write followed by the CRM's own words, where it had any.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstAt">When the first was given up.</param>
/// <param name="LastAt">When the last was.</param>
/// <param name="ExampleIds">Ledger ids of the latest few: intents, activities or batches.</param>
public sealed record DeadLetterGroup(
    DeadLetterKind Kind, long ConnectionId, string Code, string Message, long Count, DateTimeOffset FirstAt, DateTimeOffset LastAt, IReadOnlyList<long> ExampleIds);

/// <summary>Work that was given up with a reason and can be retried or discarded, grouped by that reason. Thread-safe.</summary>
public sealed class DeadLetterQueries(ILedgerReadConnections ledger)
{
    private const int Examples = 3;

    // What a person put away is no dead letter any more. The batches' own activities and writes are listed as such, so only other work is left to tell.
    private static readonly (DeadLetterKind Kind, string Table, string Code, string At, string Where)[] Sources =
    [
        (DeadLetterKind.Write, "intent", "coalesce(code, 'write.rejected')", "updated_at", "status = 'rejected'"),
        (DeadLetterKind.Activity, "activity", "coalesce(dead_code, 'activity.dead')", "content_changed_at", "status = 'dead' and dead_discarded_at is null"),
        (DeadLetterKind.Batch, "batch", "coalesce(error_code, 'batch.discarded')", "finished_at", "status = 'discarded' and kind not in ('write', 'classify', 'note')"),
    ];

    /// <summary>All groups, the most frequent first.</summary>
    /// <param name="connectionId">One connection; null for all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<DeadLetterGroup>> ListAsync(long? connectionId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var groups = new List<DeadLetterGroup>();
        foreach (var source in Sources)
        {
            var rows = await OverviewQueries.ListAsync<Row>(
                db,
                $"""
                select {source.Code} as Code, connection_id as ConnectionId, count(*) as Count, min({source.At}) as FirstAt, max({source.At}) as LastAt
                from {source.Table} where {source.Where} {(connectionId is null ? "" : "and connection_id = @connectionId")}
                group by {source.Code}, connection_id
                """,
                new { connectionId },
                cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
                groups.Add(await DescribeAsync(db, source, row, cancellationToken).ConfigureAwait(false));
        }
        return [.. groups.OrderByDescending(group => group.Count).ThenByDescending(group => group.LastAt)];
    }

    private static async Task<DeadLetterGroup> DescribeAsync(
        DbConnection db, (DeadLetterKind Kind, string Table, string Code, string At, string Where) source, Row row, CancellationToken cancellationToken)
    {
        var message = source.Kind switch
        {
            DeadLetterKind.Write =>
                """
                (select coalesce(o.message, '') || case when coalesce(o.remote_message, '') = '' then '' else ' The CRM said: ' || o.remote_message end
                 from outcome o where o.intent_id = x.id order by o.id desc limit 1)
                """,
            DeadLetterKind.Activity => "x.dead_message",
            DeadLetterKind.Batch => "x.error_message",
        };
        // Bare, SQLite would walk all writes of the connection instead of those that were given up.
        var examples = await OverviewQueries.ListAsync<ExampleRow>(
            db,
            $"""
            select x.id as Id, coalesce({message}, '') as Message from {source.Table} x
            where {source.Where} and +x.connection_id = @ConnectionId and {source.Code} = @Code order by {source.At} desc, x.id desc limit {Examples}
            """,
            new { row.ConnectionId, row.Code },
            cancellationToken).ConfigureAwait(false);
        return new DeadLetterGroup(
            source.Kind, row.ConnectionId, row.Code, examples.Count == 0 ? "" : examples[0].Message, row.Count,
            DateTimeOffset.FromUnixTimeMilliseconds(row.FirstAt), DateTimeOffset.FromUnixTimeMilliseconds(row.LastAt), [.. examples.Select(example => example.Id)]);
    }

    private sealed record Row
    {
        public string Code { get; init; } = "";

        public long ConnectionId { get; init; }

        public long Count { get; init; }

        public long FirstAt { get; init; }

        public long LastAt { get; init; }
    }

    private sealed record ExampleRow
    {
        public long Id { get; init; }

        public string Message { get; init; } = "";
    }
}
