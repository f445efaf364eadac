using System.Data.Common;

namespace CrmSync.Storage.Reading;

/// <summary>What went wrong lately, the same things together.</summary>
internal static class ProblemQueries
{
    private const int Limit = 12;

    public static async Task<IReadOnlyList<Problem>> ReadAsync(DbConnection db, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var parameters = new { since = since.ToUnixTimeMilliseconds() };
        var log = await OverviewQueries.ListAsync<Row>(db, LogSql, parameters, cancellationToken).ConfigureAwait(false);
        var dead = await OverviewQueries.ListAsync<Row>(db, DeadSql, parameters, cancellationToken).ConfigureAwait(false);
        var undecided = await OverviewQueries.ListAsync<Row>(db, UndecidedSql, parameters, cancellationToken).ConfigureAwait(false);
        var rejected = await OverviewQueries.ListAsync<Row>(db, RejectedSql, parameters, cancellationToken).ConfigureAwait(false);
        return [.. Together(ProblemKind.Log, log).Concat(Together(ProblemKind.DeadBatch, dead)).Concat(Together(ProblemKind.DeadActivity, undecided)).Concat(Together(ProblemKind.RejectedWrite, rejected))
            .OrderByDescending(problem => problem.LastAt).Take(Limit)];
    }

    private static IEnumerable<Problem> Together(ProblemKind kind, IReadOnlyList<Row> rows) =>
        rows.GroupBy(row => (row.Code, row.ConnectionId, row.Level)).Select(group =>
        {
            var last = group.MaxBy(row => row.At)!;
            return new Problem(
                kind, last.Level == "error", last.Code, last.ConnectionId, group.Sum(row => row.Count), DateTimeOffset.FromUnixTimeMilliseconds(last.At),
                last.Message);
        });

    private const string LogSql =
        """
        select 'error' as Level, code as Code, connection_id as ConnectionId, at as At, message as Message, 1 as Count
        from (select code, connection_id, at, message from run_log where level = 'error' and at >= @since order by at desc limit 200) e
        union all
        select 'warning', code, connection_id, at, message, 1
        from (select code, connection_id, at, message from run_log where level = 'warning' and at >= @since order by at desc limit 200) w
        """;

    private const string DeadSql =
        """
        select 'error' as Level, coalesce(error_code, 'batch.discarded') as Code, connection_id as ConnectionId, finished_at as At,
          coalesce(error_message, '') as Message, 1 as Count
        from batch where status = 'discarded' and finished_at >= @since order by finished_at desc limit 200
        """;

    private const string UndecidedSql =
        """
        select 'error' as Level, coalesce(dead_code, 'activity.dead') as Code, connection_id as ConnectionId, max(content_changed_at) as At,
          coalesce(max(dead_message), '') as Message, count(*) as Count
        from activity where status = 'dead' and dead_discarded_at is null and content_changed_at >= @since group by coalesce(dead_code, 'activity.dead'), connection_id
        """;

    private const string RejectedSql =
        """
        select 'error' as Level, r.Code as Code, r.ConnectionId as ConnectionId, r.At as At, r.Count as Count,
          coalesce((select o.message from outcome o where o.intent_id = r.LastId order by o.id desc limit 1), '') as Message
        from (select coalesce(code, 'write.rejected') as Code, connection_id as ConnectionId, max(updated_at) as At, max(id) as LastId, count(*) as Count
              from intent where status = 'rejected' and updated_at >= @since group by coalesce(code, 'write.rejected'), connection_id) r
        """;

    private sealed record Row
    {
        public string Level { get; init; } = "";

        public string Code { get; init; } = "";

        public long? ConnectionId { get; init; }

        public long At { get; init; }

        public string Message { get; init; } = "";

        public long Count { get; init; }
    }
}
