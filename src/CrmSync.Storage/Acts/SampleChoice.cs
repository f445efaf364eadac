using System.Globalization;

namespace CrmSync.Storage.Acts;

/// <summary>
/// Which intents a sample holds: the same number of each label and value as far as there are that many, drawn by a fixed multiplicative hash of their ids. Nothing is
/// thrown by chance, so an act that goes on after a stop, and an approval after a preview of the same sample, choose the same rows.
/// </summary>
internal static class SampleChoice
{
    // Knuth's multiplier; ids are folded first, so that the product stays within 64 bits on both databases.
    private static readonly string Place = string.Create(CultureInfo.InvariantCulture, $"((i.id % {1L << 31}) * 2654435761 % {1L << 32})");

    /// <summary>The condition on <c>i</c> that a row belongs to the sample of <c>@sample</c> rows up to the id <c>@upTo</c>.</summary>
    /// <param name="filter">The filter of the act.</param>
    /// <param name="state">The states that may be chosen, as a condition on <c>i</c>; it holds on to those that the act has dealt with, or others would take their places.</param>
    public static string Condition(ActFilter filter, string state) =>
        $"""
        i.id in (
          select c.id from (
            select i.id as id, {Place} as place, row_number() over (partition by i.taxonomy, i.value order by {Place}, i.id) as turn
            from {filter.From}
            where i.id <= @upTo and +i.connection_id = @connectionId {filter.Where} and {state}) c
          order by c.turn, c.place, c.id limit @sample)
        """;
}
