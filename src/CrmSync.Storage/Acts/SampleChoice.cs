using System.Globalization;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Reading;

namespace CrmSync.Storage.Acts;

/// <summary>
/// Which rows a sample holds: the same number of each label and value as far as there are that many, drawn by a fixed multiplicative hash of their ids. Nothing is
/// thrown by chance, so an act that goes on after a stop, and an approval after a preview of the same sample, choose the same rows.
/// </summary>
internal static class SampleChoice
{
    // Knuth's multiplier; ids are folded first, so that the product stays within 64 bits on both databases.
    private static readonly string Place = string.Create(CultureInfo.InvariantCulture, $"((i.id % {1L << 31}) * 2654435761 % {1L << 32})");

    /// <summary>The condition on <c>i</c> that a row belongs to the sample of <c>@sample</c> rows.</summary>
    /// <param name="act">The act.</param>
    /// <param name="filter">Its filter.</param>
    /// <param name="state">The states that may be chosen, as a condition on <c>i</c>; it holds on to those that the act has dealt with, or others would take their places.</param>
    public static string Condition(ActState act, WriteLogFilter filter, string state) =>
        $"""
        i.id in (
          select c.id from (
            select i.id as id, {Place} as place, row_number() over (partition by i.taxonomy, i.value order by {Place}, i.id) as turn
            from intent i {Join(filter)}
            where i.id <= @upTo and {state} {Matching(act, filter)}) c
          order by c.turn, c.place, c.id limit @sample)
        """;

    /// <summary>That a row <c>i</c> is of the act's connection and matches the filter, led by "and".</summary>
    public static string Matching(ActState act, WriteLogFilter filter)
    {
        // The plus keeps SQLite on the ids.
        var where = string.Create(CultureInfo.InvariantCulture, $"and +i.connection_id = {act.Request.ConnectionId}{WriteLogSql.Where(filter)}");
        if (filter.From is not null)
            where += " and i.updated_at >= @from";
        if (filter.To is not null)
            where += " and i.updated_at < @to";
        return where;
    }

    /// <summary>The decision, where the filter asks for its label.</summary>
    public static string Join(WriteLogFilter filter) => filter.Label is null ? "" : "join decision d on d.id = i.decision_id";
}
