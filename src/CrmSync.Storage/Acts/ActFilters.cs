using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Reading;
using Dapper;

namespace CrmSync.Storage.Acts;

/// <summary>The frozen filter of an act as SQL.</summary>
/// <param name="From">Table, alias and joins.</param>
/// <param name="Alias">Alias of the rows that are meant.</param>
/// <param name="Where">Conditions, each led by "and".</param>
/// <param name="Parameters">What they refer to.</param>
internal sealed record ActFilter(string From, string Alias, string Where, DynamicParameters Parameters);

/// <summary>Reads filters of acts, in the one grammar of pages, API and command line.</summary>
internal static class ActFilters
{
    /// <exception cref="LedgerException">A part of the filter cannot be read. Left out, it would let the act touch more than was meant.</exception>
    public static ActFilter Read(ActRequest request)
    {
        var query = FilterText.Split(request.Filter, out var slips);
        var filter = request.Target is ActTarget.Activity ? Activities(query, out var faults) : Intents(query, out faults);
        if (slips.Count + faults.Count > 0)
            throw new LedgerException("act.filter", string.Join(' ', slips.Concat(faults)));
        filter.Parameters.Add("connectionId", request.ConnectionId);
        filter.Parameters.Add("sample", request.Sample);
        filter.Parameters.Add("previewRunId", request.PreviewRunId);
        return filter;
    }

    private static ActFilter Intents(IReadOnlyList<KeyValuePair<string, string?>> query, out IReadOnlyList<string> faults)
    {
        var filter = WriteLogFilter.Parse(query, out faults);
        var where = WriteLogSql.Where(filter) + (filter.From is null ? "" : " and i.updated_at >= @from") + (filter.To is null ? "" : " and i.updated_at < @to");
        return new ActFilter($"intent i {(filter.NeedsDecision ? "join decision d on d.id = i.decision_id" : "")}", "i", where, WriteLogSql.Parameters(filter));
    }

    private static ActFilter Activities(IReadOnlyList<KeyValuePair<string, string?>> query, out IReadOnlyList<string> faults)
    {
        var filter = ActivityFilter.Parse(query, out faults);
        // Words are taken in in the background: an act over what was found would depend on how far that is.
        if (filter.Text is not null)
            (filter, faults) = (filter with { Text = null }, [.. faults, "An act cannot be limited by words (\"q\"); take them out of the filter."]);
        return new ActFilter("activity a", "a", ActivitySql.Where(filter, null), ActivitySql.Parameters(filter, null));
    }
}
