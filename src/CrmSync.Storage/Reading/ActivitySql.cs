using System.Text;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The activities' filter as SQL: one translation for pages and acts.</summary>
internal static class ActivitySql
{
    /// <summary>Conditions on the alias <c>a</c>, each led by "and".</summary>
    public static string Where(ActivityFilter filter)
    {
        var where = new StringBuilder();
        if (filter.Type is not null)
            where.Append(" and a.type = @Type");
        if (filter.Connection is not null)
            where.Append(" and +a.connection_id = (select id from connection where key = @Connection)");
        if (filter.Code is not null)
            where.Append(" and a.dead_code = @Code");
        if (filter.State is not null)
            where.Append(" and a.status = @State");
        if (filter.Taxonomy is null && filter.Answer is null)
            return where.ToString();
        // Bare, SQLite would make a list of all activities with the label out of it first.
        where.Append(" and case when exists (select 1 from decision d where d.activity_id = a.id and d.superseded_at is null");
        if (filter.Taxonomy is not null)
            where.Append(" and d.taxonomy = @Taxonomy");
        if (filter.Label is not null)
            where.Append(" and d.label = @Label");
        if (filter.Answer is not null)
            where.Append(" and d.status = @Answer");
        return where.Append(") then 1 else 0 end = 1").ToString();
    }

    /// <summary>What the conditions refer to.</summary>
    public static DynamicParameters Parameters(ActivityFilter filter) =>
        new(new { filter.Type, filter.Connection, filter.State, filter.Taxonomy, filter.Label, filter.Answer, filter.Code });
}
