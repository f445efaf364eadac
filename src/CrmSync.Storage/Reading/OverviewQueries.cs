using System.Data.Common;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>How things stand, for the first page. Thread-safe; an answer is kept for a second or more, longer where finding it was costly.</summary>
public sealed class OverviewQueries(ILedgerReadConnections ledger, TimeProvider time) : IDisposable
{
    private const long Few = 50_000;

    private readonly FlowHistory _flow = new();
    private readonly CostedCache<OverviewSnapshot> _snapshot = new(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    /// <summary>Reads the snapshot.</summary>
    public Task<OverviewSnapshot> ReadAsync(CancellationToken cancellationToken) => _snapshot.GetAsync(FindAsync, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _snapshot.Dispose();

    private async Task<OverviewSnapshot> FindAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return new OverviewSnapshot
        {
            At = now,
            Connections = await ProgressAsync(db, cancellationToken).ConfigureAwait(false),
            Flow = await _flow.ReadAsync(db, now, cancellationToken).ConfigureAwait(false),
            Labels = await LabelsAsync(db, cancellationToken).ConfigureAwait(false),
            Batches = await ListAsync<BatchCount>(db, BatchSql, null, cancellationToken).ConfigureAwait(false),
            Hosted = await db.QuerySingleAsync<HostedView>(
                new CommandDefinition(HostedQueries.ViewSql, new { day = HostedQueries.DayOf(now) }, cancellationToken: cancellationToken)).ConfigureAwait(false),
            Runs = await RunsAsync(db, cancellationToken).ConfigureAwait(false),
            Problems = await ProblemQueries.ReadAsync(db, now.AddDays(-1), cancellationToken).ConfigureAwait(false),
            Nodes = await ListAsync<NodeView>(db, NodeSql, null, cancellationToken).ConfigureAwait(false),
        };
    }

    // Counting a few rows is exact to the second; counting millions takes one, and the roll-up, which is seconds old, says the same.
    private static async Task<IReadOnlyList<LabelCount>> LabelsAsync(DbConnection db, CancellationToken cancellationToken)
    {
        var isRolledUp = await db.ExecuteScalarAsync<long>(new CommandDefinition(
            "select case when coalesce((select max(id) from decision), 0) > @Few and exists (select 1 from rollup where name = 'label_day' and looked_at is not null) then 1 else 0 end",
            new { Few }, cancellationToken: cancellationToken)).ConfigureAwait(false) == 1;
        return await ListAsync<LabelCount>(db, isRolledUp ? RolledUpLabelSql : LabelSql, null, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<ConnectionProgress>> ProgressAsync(DbConnection db, CancellationToken cancellationToken)
    {
        var connections = await ConnectionView.ListAsync(db, cancellationToken).ConfigureAwait(false);
        var objects = await ListAsync<ObjectRow>(db, ObjectSql, null, cancellationToken).ConfigureAwait(false);
        var undecided = await ListAsync<OpenRow>(db, UndecidedSql, null, cancellationToken).ConfigureAwait(false);
        var intents = await ListAsync<OpenRow>(db, IntentSql, null, cancellationToken).ConfigureAwait(false);
        return [.. connections.Select(connection => new ConnectionProgress(
            connection,
            [.. objects.Where(row => row.ConnectionId == connection.Id).Select(row => row.ToProgress())],
            Queued: undecided.Where(row => row.ConnectionId == connection.Id && row.Status == "queued").Sum(row => row.Count),
            Waiting: undecided.Where(row => row.ConnectionId == connection.Id && row.Status == "waiting").Sum(row => row.Count),
            OpenIntents: intents.Where(row => row.ConnectionId == connection.Id).Sum(row => row.Count),
            OldestQueuedAt: Oldest(undecided.Where(row => row.ConnectionId == connection.Id && row.Status == "queued")),
            OldestIntentAt: Oldest(intents.Where(row => row.ConnectionId == connection.Id && row.Status == "new")),
            Stuck: intents.Where(row => row.ConnectionId == connection.Id && row.Status == "tried").Sum(row => row.Count),
            OldestStuckAt: Oldest(intents.Where(row => row.ConnectionId == connection.Id && row.Status == "tried"))))];
    }

    private static async Task<IReadOnlyList<RunView>> RunsAsync(DbConnection db, CancellationToken cancellationToken)
    {
        var running = await ListAsync<RunView>(db, $"{RunSql} where status in ('running', 'paused') order by id desc limit 10", null, cancellationToken).ConfigureAwait(false);
        // Polls that found nothing would push everything worth seeing off the list; the bound keeps a quiet ledger from being searched to its beginning.
        var done = await ListAsync<RunView>(
            db,
            $"{RunSql} where status not in ('running', 'paused') and id > (select coalesce(max(id), 0) from run) - 5000 and (stored > 0 or labelled > 0 or applied > 0 or status <> 'completed') order by id desc limit 8",
            null, cancellationToken).ConfigureAwait(false);
        return [.. running, .. done];
    }

    internal static async Task<IReadOnlyList<T>> ListAsync<T>(DbConnection db, string sql, object? parameters, CancellationToken cancellationToken) =>
        [.. await db.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)).ConfigureAwait(false)];

    private static DateTimeOffset? Oldest(IEnumerable<OpenRow> rows) => Instant(rows.Min(row => row.Oldest));

    private static DateTimeOffset? Instant(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;

    private const string LabelSql =
        "select taxonomy as Taxonomy, status as Status, label as Label, count(*) as Count from decision where superseded_at is null group by taxonomy, status, label";

    private const string RolledUpLabelSql =
        """
        select taxonomy as Taxonomy, status as Status, case when label = '' then null else label end as Label, cast(sum(value) as bigint) as Count
        from label_day group by taxonomy, status, label
        """;

    private const string BatchSql =
        """
        select kind as Kind, status as Status, count(*) as Count, cast(coalesce(sum(size), 0) as bigint) as Size
        from batch where status in ('available', 'scheduled', 'retryable', 'running') group by kind, status
        """;

    private const string NodeSql = "select name as Name, seen_at as SeenAt from node where stopped_at is null order by seen_at desc limit 20";

    // One part per partial index: together they cover what is queued or waits. The plus keeps SQLite from walking an index by connection instead.
    private const string UndecidedSql =
        """
        select connection_id as ConnectionId, 'queued' as Status, count(*) as Count, min(content_changed_at) as Oldest
        from activity where status = 'queued' and batch_id is null group by connection_id
        union all
        select +connection_id, 'queued', count(*), min(content_changed_at) from activity where status = 'queued' and batch_id > 0 group by +connection_id
        union all
        select connection_id, 'waiting', count(*), min(waits_until) from activity where status = 'waiting' group by connection_id
        """;

    private const string IntentSql =
        """
        select connection_id as ConnectionId, case when status = 'pending' and attempt = 0 then 'new' else 'tried' end as Status, count(*) as Count, min(created_at) as Oldest
        from intent where status in ('pending', 'sending', 'unknown') group by connection_id, case when status = 'pending' and attempt = 0 then 'new' else 'tried' end
        """;

    private const string ObjectSql =
        "select connection_id as ConnectionId, object_type as ObjectType, at as Watermark, fresh_to_at as FreshTo, updated_at as UpdatedAt from watermark where is_record = 0 order by connection_id, object_type";

    private const string RunSql =
        """
        select id as Id, kind as Kind, connection_id as ConnectionId, status as Status, requested_by as RequestedBy, started_at as StartedAt,
          finished_at as FinishedAt, seen as Seen, stored as Stored, labelled as Labelled, applied as Applied, rejected as Rejected, requests as Requests
        from run
        """;

    private sealed record OpenRow
    {
        public long ConnectionId { get; init; }

        public string Status { get; init; } = "";

        public long Count { get; init; }

        public long? Oldest { get; init; }
    }

    private sealed record ObjectRow
    {
        public long ConnectionId { get; init; }

        public string ObjectType { get; init; } = "";

        public long? Watermark { get; init; }

        public long? FreshTo { get; init; }

        public long UpdatedAt { get; init; }

        public ObjectProgress ToProgress() => new(
            ObjectType, Instant(Watermark), Instant(Watermark is null || FreshTo > Watermark ? FreshTo : Watermark), Instant(UpdatedAt));
    }
}
