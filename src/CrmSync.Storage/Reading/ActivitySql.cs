using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Search;
using CrmSync.Storage.Review;
using CrmSync.Storage.Search;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The activities' filter as SQL: one translation for pages, files and acts.</summary>
internal static class ActivitySql
{
    /// <summary>Conditions on the alias <c>a</c>, each led by "and".</summary>
    /// <param name="filter">Which.</param>
    /// <param name="dialect">How the words are looked up; null where a filter with words is a mistake.</param>
    public static string Where(ActivityFilter filter, LedgerDialect? dialect)
    {
        var where = new StringBuilder();
        if (filter.Text is not null)
            where.Append(Words(dialect ?? throw new ArgumentException("Nothing can be limited to words here.", nameof(filter))));
        if (filter.Type is not null)
            where.Append(" and a.type = @Type");
        if (filter.Connection is not null)
            where.Append(" and +a.connection_id = (select id from connection where key = @Connection)");
        if (filter.Owner is not null)
            where.Append(" and a.owner_external_id = @Owner");
        if (filter.From is not null)
            where.Append(" and a.occurred_at >= @FromAt");
        if (filter.To is not null)
            where.Append(" and a.occurred_at < @ToAt");
        if (filter.Code is not null)
            where.Append(" and a.dead_code = @Code");
        if (filter.State is not null)
            where.Append(" and a.status = @State");
        if (filter.Edited)
            where.Append(CultureInfo.InvariantCulture, $" and (exists (select 1 from correction k where k.activity_id = a.id and {CorrectionUndo.Standing}) or exists (select 1 from intent i where i.activity_id = a.id and i.actor = 'human'))");
        for (var i = 0; i < filter.AlsoLabels.Count; i++)
            where.Append(CultureInfo.InvariantCulture, $" and exists (select 1 from decision e where e.activity_id = a.id and e.superseded_at is null and e.taxonomy = @AlsoTaxonomy{i} and e.label = @AlsoLabel{i})");
        if (filter.Taxonomy is null && filter.Answer is null && filter.By is null)
            return where.ToString();
        // Bare, SQLite would make a list of all activities with the label out of it first.
        where.Append(" and case when exists (select 1 from decision d where d.activity_id = a.id and d.superseded_at is null");
        if (filter.Taxonomy is not null)
            where.Append(" and d.taxonomy = @Taxonomy");
        if (filter.Label is not null)
            where.Append(" and d.label = @Label");
        if (filter.Answer is not null)
            where.Append(" and d.status = @Answer");
        if (filter.By is not null)
            where.Append(" and d.decided_by = @By");
        return where.Append(") then 1 else 0 end = 1").ToString();
    }

    /// <summary>What the conditions refer to.</summary>
    public static DynamicParameters Parameters(ActivityFilter filter, LedgerDialect? dialect)
    {
        var parameters = new DynamicParameters(new
        {
            filter.Type, filter.Connection, filter.State, filter.Taxonomy, filter.Label, filter.Answer, filter.Code, filter.By, filter.Owner,
            FromAt = filter.From?.ToUnixTimeMilliseconds(), ToAt = filter.To?.ToUnixTimeMilliseconds(),
        });
        for (var i = 0; i < filter.AlsoLabels.Count; i++)
        {
            parameters.Add($"AlsoTaxonomy{i}", filter.AlsoLabels[i].Taxonomy);
            parameters.Add($"AlsoLabel{i}", filter.AlsoLabels[i].Label);
        }
        if (filter.Text is not null && dialect is { } known)
            parameters.Add("Search", SearchRows.Query(known, SearchQuery.Parse(filter.Text)));
        return parameters;
    }

    /// <summary>Whether a filter asks for words and names none, such as a lone question mark: nothing matches.</summary>
    public static bool MeansNothing(ActivityFilter filter) => filter.Text is not null && SearchQuery.Parse(filter.Text).IsEmpty;

    // Row by row: whoever walks along another index asks the words only for rows that it comes to.
    private static string Words(LedgerDialect dialect) => dialect is LedgerDialect.Sqlite
        ? " and exists (select 1 from activity_find where activity_find.rowid = a.id and activity_find match @Search)"
        : " and exists (select 1 from activity_search s where s.activity_id = a.id and s.words @@ @Search::tsquery)";
}
