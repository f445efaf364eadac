using System.Text;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The write-back log's filter as SQL: one translation for pages, exports, previews and acts.</summary>
internal static class WriteLogSql
{
    /// <summary>Conditions on the aliases <c>i</c> (intent) and, where a label is asked for, <c>d</c> (its decision), each led by "and"; the times are not among them.</summary>
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
            where.Append(filter.Record.Contains('/', StringComparison.Ordinal) ? " and i.target_type = @recordType and i.target_id = @record" : " and i.target_id = @record");
        if (filter.Run is not null)
            where.Append(" and i.run_id = @run");
        return where.ToString();
    }

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
        parameters.Add("from", filter.From?.ToUnixTimeMilliseconds());
        parameters.Add("to", filter.To?.ToUnixTimeMilliseconds());
        return parameters;
    }
}
