using System.Data.Common;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>Activities as a list, the newest touch first. Thread-safe.</summary>
public sealed class ActivityQueries(ILedgerReadConnections ledger)
{
    /// <summary>Reads one page. With a filter, one page looks at no more than <see cref="WriteLogQueries.Window"/> activities.</summary>
    public async Task<KeysetPage<ActivityRow>> PageAsync(ActivityFilter filter, PageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = request.After is not null;
        var edge = request.After ?? request.Before;
        var parameters = ActivitySql.Parameters(filter);
        parameters.AddDynamicParams(new { edgeAt = edge?.At, edgeId = edge?.Id, take = request.Size + 1 });
        var bounds = upwards ? "where (a.occurred_at, a.id) > (@edgeAt, @edgeId)" : edge is null ? "where 1 = 1" : "where (a.occurred_at, a.id) < (@edgeAt, @edgeId)";
        var end = filter.IsEmpty ? null : await WindowEndAsync(db, bounds, upwards, parameters, cancellationToken).ConfigureAwait(false);
        if (end is { } last)
        {
            parameters.Add("endAt", last.At);
            parameters.Add("endId", last.Id);
            bounds += upwards ? " and (a.occurred_at, a.id) <= (@endAt, @endId)" : " and (a.occurred_at, a.id) >= (@endAt, @endId)";
        }
        var order = upwards ? "a.occurred_at, a.id" : "a.occurred_at desc, a.id desc";
        var found = await OverviewQueries.ListAsync<ActivityRow>(
            db, $"{Columns} {bounds} {ActivitySql.Where(filter)} order by {order} limit @take", parameters, cancellationToken).ConfigureAwait(false);
        var page = Keyset.Page(found, request, row => new PageCursor(row.OccurredAt, row.Id), end);
        return page with { Rows = await WithAnswersAsync(ledger.Dialect, db, page.Rows, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>The connections, for the filter's choices and for names.</summary>
    public async Task<IReadOnlyList<ConnectionView>> ConnectionsAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await ConnectionView.ListAsync(db, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<ActivityRow>> WithAnswersAsync(
        LedgerDialect dialect, DbConnection db, IReadOnlyList<ActivityRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return rows;
        var answers = (await OverviewQueries.ListAsync<AnswerView>(
            db,
            $"""
            select activity_id as ActivityId, taxonomy as Taxonomy, status as Status, label as Label, confidence as Confidence
            from decision where {dialect.AmongIds("activity_id")} and superseded_at is null order by taxonomy
            """,
            new { ids = rows.Select(row => row.Id).ToArray() }, cancellationToken).ConfigureAwait(false)).ToLookup(answer => answer.ActivityId);
        return [.. rows.Select(row => row with { Answers = [.. answers[row.Id]] })];
    }

    private static async Task<PageCursor?> WindowEndAsync(
        DbConnection db, string bounds, bool upwards, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var order = upwards ? "a.occurred_at, a.id" : "a.occurred_at desc, a.id desc";
        var end = await db.QueryFirstOrDefaultAsync<EndRow>(new CommandDefinition(
            $"select a.occurred_at as At, a.id as Id from activity a {bounds} order by {order} limit 1 offset {WriteLogQueries.Window - 1}", parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return end is null ? null : new PageCursor(end.At, end.Id);
    }

    private const string Columns =
        """
        select a.id as Id, a.connection_id as ConnectionId, a.object_type as ObjectType, a.external_id as ExternalId, a.type as Type, a.occurred_at as OccurredAt,
          a.owner_external_id as OwnerId, a.status as Status, coalesce(t.subject, '') as Subject, coalesce(substr(t.body, 1, 400), '') as Opening
        from activity a left join activity_text t on t.activity_id = a.id
        """;

    private sealed record EndRow
    {
        public long At { get; init; }

        public long Id { get; init; }
    }
}

/// <summary>An activity in a list.</summary>
public sealed record ActivityRow
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>The connection.</summary>
    public long ConnectionId { get; init; }

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>One of <see cref="ActivityFilter.Types"/>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long OccurredAt { get; init; }

    /// <summary>The CRM's id of the rep.</summary>
    public string? OwnerId { get; init; }

    /// <summary>One of <see cref="ActivityFilter.States"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Raw and untrusted.</summary>
    public string Subject { get; init; } = "";

    /// <summary>First 400 characters of the body, raw and untrusted.</summary>
    public string Opening { get; init; } = "";

    /// <summary>The current decisions, by taxonomy.</summary>
    public IReadOnlyList<AnswerView> Answers { get; init; } = [];
}

/// <summary>A current decision in short.</summary>
public sealed record AnswerView
{
    /// <summary>The activity.</summary>
    public long ActivityId { get; init; }

    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>decided, abstained or unsure.</summary>
    public string Status { get; init; } = "";

    /// <summary>Label id; the best guess where unsure; null where abstained.</summary>
    public string? Label { get; init; }

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }
}
