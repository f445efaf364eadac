using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Statements that are well formed, and refused for what they would cost.</summary>
internal static class SoqlGuards
{
    private const int AlwaysQuick = 200;

    /// <exception cref="SoqlException">The object wants a filter that is missing, or the window is too wide.</exception>
    public static void Check(SoqlQuery query, SalesforceTable table, DateTime now, TimeSpan? widest)
    {
        if (table.FilterNeeded.Count > 0 && !HasFilter(query.Where, table.FilterNeeded))
        {
            throw SoqlException.Malformed(
                $"Implementation restriction: {table.Name} requires a filter by a single Id on {string.Join(" or ", table.FilterNeeded.Take(2))} using the equals "
                + "operator or multiple Id's using the IN operator.");
        }

        if (widest is null || table.Name is not ("Task" or "Event" or "EmailMessage") || query.Limit <= AlwaysQuick)
            return;
        SoqlAccess access = SoqlAccess.Of(query.Where);
        DateTime to = access.To < now ? access.To : now;
        if (access.Ids is null && to - access.From > widest)
            throw new SoqlException("QUERY_TIMEOUT", "Your query request was running for too long.");
    }

    private static bool HasFilter(SoqlCondition? condition, IReadOnlyList<string> fields) => condition switch
    {
        SoqlAll all => all.Terms.Any(term => HasFilter(term, fields)),
        SoqlComparison { Operator: SoqlOperator.Equal } comparison => Names(comparison.Path, fields),
        SoqlMembership { Negated: false } membership => Names(membership.Path, fields),
        _ => false,
    };

    private static bool Names(SoqlPath path, IReadOnlyList<string> fields) =>
        path.Parts.Count == 1 && fields.Contains(path.Parts[0], StringComparer.OrdinalIgnoreCase);
}
