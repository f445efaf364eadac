using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>
/// The smallest set of rows that is sure to hold every match: a range of the index by SystemModstamp, or a list of ids. The full
/// condition is still tested on each row, so a wider set than needed is slow, never wrong.
/// </summary>
internal sealed record SoqlAccess(DateTime From, DateTime To, IReadOnlyCollection<string>? Ids)
{
    private static readonly SoqlAccess Everything = new(DateTime.MinValue, DateTime.MaxValue, null);

    public static SoqlAccess Of(SoqlCondition? condition) => condition switch
    {
        SoqlAll all => all.Terms.Select(Of).Aggregate(Everything, Intersect),
        SoqlAny any => any.Terms.Select(Of).Aggregate(Union),
        SoqlComparison comparison when IsOwn(comparison.Path, "SystemModstamp") && comparison.Value is SoqlDateTime { Value: var at } =>
            OfStamp(comparison.Operator, at),
        SoqlComparison { Operator: SoqlOperator.Equal, Value: SoqlText text } comparison when IsOwn(comparison.Path, "Id") => OfIds([text]),
        SoqlMembership { Negated: false } membership when IsOwn(membership.Path, "Id") => OfIds(membership.Values),
        _ => Everything,
    };

    public IEnumerable<SalesforceRow> Rows(SalesforceTable table, bool descending)
    {
        if (Ids is null)
            return table.Between(From, To, descending);
        IEnumerable<SalesforceRow> found = Ids.Select(table.Find).OfType<SalesforceRow>();
        return descending
            ? found.OrderByDescending(row => row.Stamp).ThenByDescending(row => row.Id, StringComparer.Ordinal)
            : found.OrderBy(row => row.Stamp).ThenBy(row => row.Id, StringComparer.Ordinal);
    }

    private static SoqlAccess OfStamp(SoqlOperator op, DateTime at) => op switch
    {
        SoqlOperator.Equal => Everything with { From = at, To = at },
        SoqlOperator.Less or SoqlOperator.LessOrEqual => Everything with { To = at },
        SoqlOperator.Greater or SoqlOperator.GreaterOrEqual => Everything with { From = at },
        _ => Everything,
    };

    private static SoqlAccess OfIds(IEnumerable<SoqlValue> values) => Everything with
    {
        Ids = values.OfType<SoqlText>().Select(text => SalesforceId.Normalise(text.Value)).OfType<string>().ToHashSet(StringComparer.Ordinal),
    };

    private static SoqlAccess Intersect(SoqlAccess one, SoqlAccess other) => new(
        one.From > other.From ? one.From : other.From,
        one.To < other.To ? one.To : other.To,
        one.Ids ?? other.Ids);

    private static SoqlAccess Union(SoqlAccess one, SoqlAccess other) => new(
        one.From < other.From ? one.From : other.From,
        one.To > other.To ? one.To : other.To,
        one.Ids is null || other.Ids is null ? null : one.Ids.Union(other.Ids, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal));

    private static bool IsOwn(SoqlPath path, string name) =>
        path.Parts.Count == 1 && string.Equals(path.Parts[0], name, StringComparison.OrdinalIgnoreCase);
}
