using System.Data.Common;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The write-back log: every intent, newest change first. Thread-safe.</summary>
public sealed class WriteLogQueries(ILedgerReadConnections ledger)
{
    /// <summary>How many rows one page looks at when a filter is set; a search for something rare goes on by a link instead of holding a page up.</summary>
    public const int Window = 50_000;

    /// <summary>Reads one page.</summary>
    public async Task<KeysetPage<WriteLogRow>> PageAsync(WriteLogFilter filter, PageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = request.After is not null;
        var parameters = WindowParameters(filter, request.After ?? request.Before);
        var bounds = Bounds(filter, upwards ? "(i.updated_at, i.id) > (@edgeAt, @edgeId)" : request.Before is null ? null : "(i.updated_at, i.id) < (@edgeAt, @edgeId)");
        var end = filter.IsEmpty || WriteLogSql.IsNarrow(filter) ? null : await WindowEndAsync(db, bounds, upwards, parameters, cancellationToken).ConfigureAwait(false);
        if (end is { } last)
        {
            parameters.Add("endAt", last.At);
            parameters.Add("endId", last.Id);
            bounds += upwards ? " and (i.updated_at, i.id) <= (@endAt, @endId)" : " and (i.updated_at, i.id) >= (@endAt, @endId)";
        }
        parameters.Add("take", request.Size + 1);
        // The plus keeps SQLite from walking the index by time where a few rows are named.
        var plus = WriteLogSql.IsNarrow(filter) ? "+" : "";
        var order = upwards ? $"{plus}i.updated_at, i.id" : $"{plus}i.updated_at desc, i.id desc";
        var found = await OverviewQueries.ListAsync<WriteLogRow>(
            db, $"{Columns} from intent i {Joins} {bounds} {WriteLogSql.Where(filter)} order by {order} limit @take", parameters, cancellationToken).ConfigureAwait(false);
        var page = Keyset.Page(found, request, row => new PageCursor(row.UpdatedAt, row.Id), end);
        return page with { Rows = await WithMessagesAsync(ledger.Dialect, db, page.Rows, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>Counts what a filter means, up to <see cref="CappedCount.Limit"/> + 1, looking at no more than <see cref="Window"/> rows.</summary>
    public async Task<CappedCount> CountAsync(WriteLogFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var parameters = WindowParameters(filter, null);
        parameters.Add("cap", CappedCount.Limit + 1);
        var bounds = Bounds(filter, null);
        var end = filter.IsEmpty || WriteLogSql.IsNarrow(filter) ? null : await WindowEndAsync(db, bounds, upwards: false, parameters, cancellationToken).ConfigureAwait(false);
        if (end is { } last)
        {
            parameters.Add("endAt", last.At);
            parameters.Add("endId", last.Id);
            bounds += " and (i.updated_at, i.id) >= (@endAt, @endId)";
        }
        var joins = filter.NeedsDecision ? "join decision d on d.id = i.decision_id" : "";
        var count = await db.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from (select 1 as one from intent i {joins} {bounds} {WriteLogSql.Where(filter)} limit @cap) c",
            parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new CappedCount(count, end is not null && count <= CappedCount.Limit);
    }

    /// <summary>The connections, for the filter's choices and for names.</summary>
    public async Task<IReadOnlyList<ConnectionView>> ConnectionsAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await ConnectionView.ListAsync(db, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<WriteLogRow>> WithMessagesAsync(
        LedgerDialect dialect, DbConnection db, IReadOnlyList<WriteLogRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return rows;
        var messages = (await OverviewQueries.ListAsync<MessageRow>(
            db,
            $"select intent_id as IntentId, message as Message from outcome where id in (select max(id) from outcome where {dialect.AmongIds("intent_id")} group by intent_id)",
            new { ids = rows.Select(row => row.Id).ToArray() }, cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.IntentId, row => row.Message);
        return [.. rows.Select(row => row with { Message = messages.GetValueOrDefault(row.Id) })];
    }

    private static string Bounds(WriteLogFilter filter, string? edge)
    {
        var bounds = edge is null ? "where 1 = 1" : $"where {edge}";
        if (filter.From is not null)
            bounds += " and i.updated_at >= @from";
        if (filter.To is not null)
            bounds += " and i.updated_at < @to";
        return bounds;
    }

    private static DynamicParameters WindowParameters(WriteLogFilter filter, PageCursor? edge)
    {
        var parameters = WriteLogSql.Parameters(filter);
        parameters.Add("edgeAt", edge?.At);
        parameters.Add("edgeId", edge?.Id);
        return parameters;
    }

    // The last row of the window, where the window is full; null where the rows end before it does. Reads the index by time alone.
    private static async Task<PageCursor?> WindowEndAsync(
        DbConnection db, string bounds, bool upwards, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var order = upwards ? "i.updated_at, i.id" : "i.updated_at desc, i.id desc";
        var end = await db.QueryFirstOrDefaultAsync<EndRow>(new CommandDefinition(
            $"select i.updated_at as At, i.id as Id from intent i {bounds} order by {order} limit 1 offset {Window - 1}", parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return end is null ? null : new PageCursor(end.At, end.Id);
    }

    internal const string Columns =
        """
        select i.id as Id, i.connection_id as ConnectionId, i.target_type as TargetType, i.target_id as TargetId, i.property as Property, i.taxonomy as Taxonomy,
          coalesce(i.activity_id, 0) as ActivityId, coalesce(a.type, 'account') as ActivityType, coalesce(t.subject, k.name, '') as Subject,
          coalesce(i.company_id, 0) as AccountId, i.value as Value, i.status as Status,
          i.value_before as ValueBefore, i.value_after as ValueAfter, i.actor as Actor, i.code as Code, i.attempt as Attempt, i.updated_at as UpdatedAt,
          i.created_at as CreatedAt, d.decided_by as DecidedBy, d.confidence as Confidence, d.reason as Reason, d.label as Label
        """;

    internal const string Joins =
        "join decision d on d.id = i.decision_id left join activity a on a.id = i.activity_id left join activity_text t on t.activity_id = i.activity_id left join crm_company k on k.id = i.company_id";

    private sealed record MessageRow
    {
        public long IntentId { get; init; }

        public string? Message { get; init; }
    }

    private sealed record EndRow
    {
        public long At { get; init; }

        public long Id { get; init; }
    }
}
