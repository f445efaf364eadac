using System.Data.Common;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>Activities as a list, the newest touch first. Thread-safe.</summary>
public sealed class ActivityQueries(ILedgerReadConnections ledger)
{
    /// <summary>Words that stand in no more activities than this are looked up first; those of common words are met soon enough on the way from the newest on.</summary>
    internal int Rare { get; init; } = 5_000;

    private const int Opening = 400;

    // Enough to show most words where they stand; of a longer body the beginning is shown.
    private const int SearchedOpening = 6_000;

    /// <summary>Reads one page. With a filter, one page looks at no more than <see cref="WriteLogQueries.Window"/> activities.</summary>
    public async Task<KeysetPage<ActivityRow>> PageAsync(ActivityFilter filter, PageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (ActivitySql.MeansNothing(filter))
            return new KeysetPage<ActivityRow>([], null, null);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = request.After is not null;
        var edge = request.After ?? request.Before;
        var way = await ChooseAsync(db, filter, cancellationToken).ConfigureAwait(false);
        var parameters = way.Parameters;
        parameters.AddDynamicParams(new { edgeAt = edge?.At, edgeId = edge?.Id, window = way.Window, take = request.Size + 1, opening = filter.Text is null ? Opening : SearchedOpening });
        var bounds = way.Bounds + (upwards ? " and (a.occurred_at, a.id) > (@edgeAt, @edgeId)" : edge is null ? "" : " and (a.occurred_at, a.id) < (@edgeAt, @edgeId)");
        var end = way.Window is 0 ? null : await WindowEndAsync(db, bounds, upwards, way.Window, parameters, cancellationToken).ConfigureAwait(false);
        if (end is { } last)
        {
            parameters.Add("endAt", last.At);
            parameters.Add("endId", last.Id);
            bounds += upwards ? " and (a.occurred_at, a.id) <= (@endAt, @endId)" : " and (a.occurred_at, a.id) >= (@endAt, @endId)";
        }
        var where = way.Where + await MeetWordsAsync(db, way, bounds, cancellationToken).ConfigureAwait(false);
        var order = upwards ? "a.occurred_at, a.id" : "a.occurred_at desc, a.id desc";
        var found = await OverviewQueries.ListAsync<ActivityRow>(
            db, $"{Columns} {bounds} {where} order by {order} limit @take", parameters, cancellationToken).ConfigureAwait(false);
        var page = Keyset.Page(found, request, row => new PageCursor(row.OccurredAt, row.Id), end);
        return page with { Rows = await WithAnswersAsync(ledger.Dialect, db, page.Rows, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>Counts what a filter means, up to <see cref="CappedCount.Limit"/> + 1, looking at no more than a page would.</summary>
    public async Task<CappedCount> CountAsync(ActivityFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (ActivitySql.MeansNothing(filter))
            return new CappedCount(0);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var way = await ChooseAsync(db, filter, cancellationToken).ConfigureAwait(false);
        var parameters = way.Parameters;
        parameters.AddDynamicParams(new { window = way.Window, cap = CappedCount.Limit + 1 });
        var bounds = way.Bounds;
        var end = way.Window is 0 ? null : await WindowEndAsync(db, bounds, upwards: false, way.Window, parameters, cancellationToken).ConfigureAwait(false);
        if (end is { } last)
        {
            parameters.Add("endAt", last.At);
            parameters.Add("endId", last.Id);
            bounds += " and (a.occurred_at, a.id) >= (@endAt, @endId)";
        }
        var where = way.Where + await MeetWordsAsync(db, way, bounds, cancellationToken).ConfigureAwait(false);
        var count = await db.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from (select 1 as one from activity a {bounds} {where} limit @cap) c", parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new CappedCount(count, end is not null && count <= CappedCount.Limit);
    }

    /// <summary>How many texts are not taken into the index of words yet, up to <see cref="CappedCount.Limit"/> + 1.</summary>
    public async Task<CappedCount> CountUnsearchedAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return new CappedCount(await db.ExecuteScalarAsync<long>(new CommandDefinition(
            "select count(*) from (select 1 as one from activity_text where searched_at is null limit @cap) c", new { cap = CappedCount.Limit + 1 }, cancellationToken: cancellationToken)).ConfigureAwait(false));
    }

    // Rare words lead to their activities, and everything that matches is sorted; for common ones, and without words, the index over time is walked, a window at a time.
    private async Task<Way> ChooseAsync(DbConnection db, ActivityFilter filter, CancellationToken cancellationToken)
    {
        var parameters = ActivitySql.Parameters(filter, ledger.Dialect);
        var bounds = "where 1 = 1" + (filter.Owner is null ? "" : " and a.owner_external_id = @Owner") + (filter.From is null ? "" : " and a.occurred_at >= @FromAt")
            + (filter.To is null ? "" : " and a.occurred_at < @ToAt");
        if (filter.Text is null)
            return new Way(bounds, ActivitySql.Where(filter, ledger.Dialect), parameters, filter.IsEmpty ? 0 : WriteLogQueries.Window);
        parameters.Add("rare", Rare + 1);
        var ids = await OverviewQueries.ListAsync<long>(
            db,
            ledger.Dialect is LedgerDialect.Sqlite
                ? "select rowid from activity_find where activity_find match @Search limit @rare"
                : "select activity_id from activity_search where words @@ @Search::tsquery limit @rare",
            parameters, cancellationToken).ConfigureAwait(false);
        if (ids.Count > Rare)
        {
            return ledger.Dialect is LedgerDialect.Sqlite
                ? new Way(bounds, ActivitySql.Where(filter with { Text = null }, ledger.Dialect), parameters, WordWindow, MeetsWords: true)
                : new Way(bounds, ActivitySql.Where(filter, ledger.Dialect), parameters, WordWindow);
        }
        return new Way($"{bounds} and {Among(parameters, ids)}", ActivitySql.Where(filter with { Text = null }, ledger.Dialect), parameters, 0);
    }

    // Asking SQLite's index of words about one row costs 0.2 ms, about a range of rows hardly more: the window's ids, which mostly follow each other, are met with the words' range by range.
    private async Task<string> MeetWordsAsync(DbConnection db, Way way, string bounds, CancellationToken cancellationToken)
    {
        if (!way.MeetsWords)
            return "";
        var window = await OverviewQueries.ListAsync<long>(db, $"select a.id from activity a {bounds}", way.Parameters, cancellationToken).ConfigureAwait(false);
        var wanted = window.ToHashSet();
        var met = new List<long>();
        foreach (var (first, last) in IdRanges.Of(window))
        {
            way.Parameters.AddDynamicParams(new { first, last });
            met.AddRange((await OverviewQueries.ListAsync<long>(
                db, "select rowid from activity_find where activity_find match @Search and rowid between @first and @last", way.Parameters, cancellationToken).ConfigureAwait(false)).Where(wanted.Contains));
        }
        return $" and {Among(way.Parameters, met)}";
    }

    private string Among(DynamicParameters parameters, IReadOnlyList<long> ids)
    {
        parameters.Add("found", ledger.Dialect is LedgerDialect.Sqlite ? System.Text.Json.JsonSerializer.Serialize(ids) : ids.ToArray());
        return ledger.Dialect is LedgerDialect.Sqlite ? "a.id in (select value from json_each(@found))" : "a.id = any(@found)";
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
        DbConnection db, string bounds, bool upwards, int size, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var order = upwards ? "a.occurred_at, a.id" : "a.occurred_at desc, a.id desc";
        var end = await db.QueryFirstOrDefaultAsync<EndRow>(new CommandDefinition(
            $"select a.occurred_at as At, a.id as Id from activity a {bounds} order by {order} limit 1 offset {size - 1}", parameters, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return end is null ? null : new PageCursor(end.At, end.Id);
    }

    private const string Columns =
        """
        select a.id as Id, a.connection_id as ConnectionId, a.object_type as ObjectType, a.external_id as ExternalId, a.type as Type, a.occurred_at as OccurredAt,
          a.owner_external_id as OwnerId, a.status as Status, coalesce(t.subject, '') as Subject, coalesce(substr(t.body, 1, @opening), '') as Opening
        from activity a left join activity_text t on t.activity_id = a.id
        """;

    /// <summary>Activities that one page looks at for common words.</summary>
    internal int WordWindow { get; init; } = 10_000;

    // Window 0: everything that matches is read. MeetsWords: the words are looked up for the window as a whole.
    private sealed record Way(string Bounds, string Where, DynamicParameters Parameters, int Window, bool MeetsWords = false);

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

    /// <summary>The beginning of the body, raw and untrusted; more of it where words are looked for.</summary>
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
