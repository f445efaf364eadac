using System.Text;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The write-back log's filter as SQL: one translation for pages, exports, previews and acts.</summary>
internal static class WriteLogSql
{
    /// <summary>Conditions on the aliases <c>i</c> (intent) and, where <see cref="WriteLogFilter.NeedsDecision"/>, <c>d</c> (its decision), each led by "and"; the times are not among them.</summary>
    public static string Where(WriteLogFilter filter)
    {
        var where = new StringBuilder();
        if (filter.Connection is not null)
            // The plus keeps SQLite on the index by time: an index that starts with the connection would have to be sorted whole.
            where.Append(" and +i.connection_id = (select id from connection where key = @connection)");
        if (filter.Taxonomy is not null)
            where.Append(" and i.taxonomy = @taxonomy");
        if (filter.Label is not null)
            where.Append(" and d.label = @label");
        if (filter.Outcome is not null)
            where.Append(" and i.status = @outcome");
        if (filter.Code is not null)
            where.Append(" and i.code = @code");
        if (filter.Record is not null)
            where.Append(" and i.id in (").Append(RecordSql).Append(filter.Record.Contains('/', StringComparison.Ordinal) ? " and n.target_type = @recordType)" : ")");
        if (filter.Ids is not null)
            // Numbers that were read as such.
            where.Append(" and i.id in (").Append(filter.Ids.Replace('.', ',')).Append(')');
        if (filter.By is not null)
            where.Append(" and d.decided_by = @by");
        if (filter.ConfidenceFrom is not null)
            where.Append(" and d.confidence >= @confidenceFrom");
        if (filter.ConfidenceTo is < 100)
            where.Append(" and d.confidence < @confidenceTo");
        if (filter.Purpose is not null)
            where.Append(" and i.purpose = @purpose");
        if (filter.Actor is not null)
            where.Append(" and i.actor = @actor");
        if (filter.Run is not null)
            where.Append(" and i.run_id = @run");
        return where.ToString();
    }

    /// <summary>Whether the filter names so few rows that they are found by themselves and not by looking through the log.</summary>
    public static bool IsNarrow(WriteLogFilter filter) => filter.Record is not null || filter.Ids is not null;

    // Steps along the index over connection, type and id from type to type, since a person knows the id alone.
    private const string RecordSql =
        """
        with recursive k(connection_id, target_type) as (
          select c.id, (select min(n.target_type) from intent n where n.connection_id = c.id) from connection c
          union all
          select k.connection_id, (select min(n.target_type) from intent n where n.connection_id = k.connection_id and n.target_type > k.target_type) from k where k.target_type is not null
        )
        select n.id from k join intent n on n.connection_id = k.connection_id and n.target_type = k.target_type and n.target_id = @record where k.target_type is not null
        """;

    /// <summary>What the conditions refer to, the bounds of time included.</summary>
    public static DynamicParameters Parameters(WriteLogFilter filter)
    {
        var parameters = new DynamicParameters();
        parameters.Add("connection", filter.Connection);
        parameters.Add("taxonomy", filter.Taxonomy);
        parameters.Add("label", filter.Label);
        parameters.Add("outcome", filter.Outcome);
        parameters.Add("code", filter.Code);
        // "type/id" where the same id means records of several types.
        var cut = filter.Record?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        parameters.Add("recordType", cut < 0 ? null : filter.Record![..cut]);
        parameters.Add("record", cut < 0 ? filter.Record : filter.Record![(cut + 1)..]);
        parameters.Add("run", filter.Run);
        parameters.Add("by", filter.By);
        parameters.Add("confidenceFrom", filter.ConfidenceFrom / 100.0);
        // Shown in whole per cent, cut: 80 is all below 81.
        parameters.Add("confidenceTo", (filter.ConfidenceTo + 1) / 100.0);
        parameters.Add("purpose", filter.Purpose);
        parameters.Add("actor", filter.Actor);
        parameters.Add("from", filter.From?.ToUnixTimeMilliseconds());
        parameters.Add("to", filter.To?.ToUnixTimeMilliseconds());
        return parameters;
    }
}
