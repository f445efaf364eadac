using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Answers statements from an org's records.</summary>
internal sealed class SoqlEngine(SalesforceOrg org)
{
    /// <summary>Highest OFFSET that Salesforce takes.</summary>
    public const int HighestOffset = 2_000;

    /// <summary>Runs a statement at one consistent moment.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="all">Deleted and archived rows too.</param>
    /// <param name="tooling">Tooling objects instead of the ordinary ones.</param>
    /// <exception cref="SoqlException">Salesforce would refuse it.</exception>
    public SoqlResult Run(string statement, bool all, bool tooling = false)
    {
        SoqlQuery query = SoqlParser.Parse(statement);
        SalesforceTable table = org.FindTable(query.From, tooling) ?? throw new SoqlException(
            "INVALID_TYPE",
            $"sObject type '{query.From}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after "
            + "the entity name. Please reference your WSDL or the describe call for the appropriate names.");
        if (query.Offset > HighestOffset)
            throw new SoqlException("NUMBER_OUTSIDE_VALID_RANGE", $"Maximum SOQL offset allowed is {HighestOffset}");

        lock (org.Gate)
            return Run(query, table, new SoqlPathBinder(org, statement), all);
    }

    private static SoqlResult Run(SoqlQuery query, SalesforceTable table, SoqlPathBinder paths, bool all)
    {
        bool counts = query.Select.Any(selection => selection is SoqlCountSelection);
        bool aggregates = query.GroupBy.Count > 0 || query.Select.Any(selection => selection is SoqlAggregateSelection);
        if (counts && query.Select.Count > 1)
            throw SoqlException.Malformed("COUNT() must stand alone; count a field instead, as in COUNT(Id)");

        SoqlOrderPlan order = SoqlOrderPlan.Of(aggregates ? SoqlSequence<SoqlOrder>.Empty : query.OrderBy, paths, table);
        IEnumerable<SalesforceRow> rows = Matching(query, table, paths, all, order);
        if (aggregates)
            return Grouped(query, table, paths, rows);
        if (counts)
            return new SoqlResult(table, Cut(rows, query).Count(), [], [], null);

        IReadOnlyList<SoqlColumn> projection =
            SoqlProjection.Build(paths, table, query.Select.OfType<SoqlFieldSelection>().Select(selection => selection.Path));
        List<SalesforceRow> found = [.. Cut(rows, query)];
        return new SoqlResult(table, found.Count, found, projection, null);
    }

    private static SoqlResult Grouped(SoqlQuery query, SalesforceTable table, SoqlPathBinder paths, IEnumerable<SalesforceRow> rows)
    {
        if (query.OrderBy.Count > 0)
            throw SoqlException.Malformed("ORDER BY together with aggregates is not simulated; groups come in the order of their keys");
        SoqlGroups groups = new SoqlAggregation(paths, table, query).Run(rows);
        groups = groups with { Rows = [.. Cut(groups.Rows, query)] };
        return new SoqlResult(table, groups.Rows.Count, [], [], groups);
    }

    private static IEnumerable<SalesforceRow> Matching(
        SoqlQuery query, SalesforceTable table, SoqlPathBinder paths, bool all, SoqlOrderPlan order)
    {
        Func<SalesforceRow, bool>? matches = query.Where is null ? null : new SoqlFilter(paths, table).Compile(query.Where);
        int deleted = table.Fields.Find("IsDeleted")?.Ordinal ?? -1;
        int archived = table.Fields.Find("IsArchived")?.Ordinal ?? -1;
        IEnumerable<SalesforceRow> rows = SoqlAccess.Of(query.Where).Rows(table, order.Descending)
            .Where(row => (all || (row[deleted] is not true && row[archived] is not true)) && (matches is null || matches(row)));
        if (order.Comparer is not null)
            rows = rows.Order(order.Comparer);
        return rows;
    }

    private static IEnumerable<T> Cut<T>(IEnumerable<T> items, SoqlQuery query) =>
        items.Skip(query.Offset ?? 0).Take(query.Limit ?? int.MaxValue);
}
