using System.Text.Json;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Trouble;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Answers statements from an org's records.</summary>
internal sealed class SoqlEngine(SalesforceOrg org, SalesforceSimulatorOptions options, ReadTrouble trouble)
{
    /// <summary>Highest OFFSET that Salesforce takes.</summary>
    public const int HighestOffset = 2_000;

    private const int MostRowsOfAllFields = 200;

    /// <summary>Runs a statement at one consistent moment.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="all">Deleted and archived rows too.</param>
    /// <param name="call">The call that asks.</param>
    /// <param name="tooling">Tooling objects instead of the ordinary ones.</param>
    /// <exception cref="SoqlException">Salesforce would refuse it.</exception>
    public SoqlResult Run(string statement, bool all, WireCall call, bool tooling = false)
    {
        SoqlQuery query = SoqlParser.Parse(statement);
        SalesforceTable table = FindTable(query, tooling);
        if (query.Offset > HighestOffset)
            throw new SoqlException("NUMBER_OUTSIDE_VALID_RANGE", $"Maximum SOQL offset allowed is {HighestOffset}");
        SoqlGuards.Check(query, table, org.Now, options.QueryTimeoutWindow);

        lock (org.Gate)
        {
            SoqlResult result = Run(query, table, new SoqlPathBinder(org, statement), all, call);
            trouble.EditBehind(call, result.Rows);
            return result;
        }
    }

    public SalesforceTable FindTable(SoqlQuery query, bool tooling) => org.FindTable(query.From, tooling) ?? throw new SoqlException(
        "INVALID_TYPE",
        $"sObject type '{query.From}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after "
        + "the entity name. Please reference your WSDL or the describe call for the appropriate names.");

    private SoqlResult Run(SoqlQuery query, SalesforceTable table, SoqlPathBinder paths, bool all, WireCall call)
    {
        bool counts = query.Select.Any(selection => selection is SoqlCountSelection);
        bool aggregates = query.GroupBy.Count > 0 || query.Select.Any(selection => selection is SoqlAggregateSelection);
        if (counts && query.Select.Count > 1)
            throw SoqlException.Malformed("COUNT() must stand alone; count a field instead, as in COUNT(Id)");

        SoqlAccess access = SoqlAccess.Of(query.Where);
        SoqlOrderPlan order = SoqlOrderPlan.Of(aggregates ? SoqlSequence<SoqlOrder>.Empty : query.OrderBy, paths, table);
        IEnumerable<SalesforceRow> rows = Matching(query, table, paths, all, order, access.Rows(table, order.Descending));
        if (aggregates)
            return Grouped(query, table, paths, rows);
        if (counts)
            return new SoqlResult(table, Cut(rows, query).Count(), [], [], null);

        List<SoqlColumn> projection = SoqlProjection.Build(
            paths, table, query.Select.SelectMany(selection => Expand(selection, table, query)), child => Children(child, table, paths, all));
        List<SalesforceRow> found = trouble.Distort(call, table, access, [.. Cut(rows, query)]);
        return new SoqlResult(table, found.Count, found, projection, null);
    }

    private static IEnumerable<SoqlSelection> Expand(SoqlSelection selection, SalesforceTable table, SoqlQuery query)
    {
        if (selection is not SoqlFieldsSelection { Group: var group })
            return [selection];
        if (group != SoqlFieldGroup.Standard && query.Limit is not <= MostRowsOfAllFields)
            throw SoqlException.Malformed($"The SOQL FIELDS function must have a LIMIT of at most {MostRowsOfAllFields}");
        return table.Fields.All.Where(f => f.IsSeen && (group == SoqlFieldGroup.All || f.Custom == (group == SoqlFieldGroup.Custom)))
            .Select(f => new SoqlFieldSelection(new SoqlPath(new SoqlSequence<string>([f.Name]))));
    }

    private SoqlChildColumn Children(SoqlChildSelection child, SalesforceTable parent, SoqlPathBinder paths, bool all)
    {
        SoqlQuery query = child.Query;
        ChildRelationship? relationship = ChildRelationship.All.FirstOrDefault(one => one.Parent == parent.Name
            && one.Name.Equals(query.From, StringComparison.OrdinalIgnoreCase));
        if (relationship is null || org.FindTable(relationship.Child) is not { } table)
        {
            throw new SoqlException(
                "INVALID_TYPE", $"Didn't understand relationship '{query.From}' in FROM part of query call. Please reference your WSDL or the describe call "
                + "for the appropriate names.");
        }

        SoqlOrderPlan order = SoqlOrderPlan.Of(query.OrderBy, paths, table);
        int link = table.Fields[relationship.Field].Ordinal;
        Dictionary<string, IReadOnlyList<SalesforceRow>> byParent = Matching(query, table, paths, all, order, SoqlAccess.Of(query.Where).Rows(table, order.Descending))
            .Where(row => row[link] is string).GroupBy(row => (string)row[link]!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, IReadOnlyList<SalesforceRow> (group) => [.. Cut(group, query)], StringComparer.Ordinal);
        List<SoqlColumn> columns = SoqlProjection.Build(
            paths, table, query.Select.SelectMany(selection => Expand(selection, table, query)), _ => throw SoqlException.Malformed("a nested query cannot stand here"));
        return new SoqlChildColumn(JsonEncodedText.Encode(relationship.Name), row => byParent.GetValueOrDefault(row.Id) ?? [], columns);
    }

    private static SoqlResult Grouped(SoqlQuery query, SalesforceTable table, SoqlPathBinder paths, IEnumerable<SalesforceRow> rows)
    {
        if (query.OrderBy.Count > 0)
            throw SoqlException.Malformed("ORDER BY together with aggregates is not simulated; groups come in the order of their keys");
        SoqlGroups groups = new SoqlAggregation(paths, table, query).Run(rows);
        groups = groups with { Rows = [.. Cut(groups.Rows, query)] };
        return new SoqlResult(table, groups.Rows.Count, [], [], groups);
    }

    private IEnumerable<SalesforceRow> Matching(
        SoqlQuery query, SalesforceTable table, SoqlPathBinder paths, bool all, SoqlOrderPlan order, IEnumerable<SalesforceRow> candidates)
    {
        DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(org.Now, options.UserTimeZone));
        Func<SalesforceRow, bool>? matches = query.Where is null ? null : new SoqlFilter(paths, table, today, options.UserTimeZone).Compile(query.Where);
        int deleted = table.Fields.Find("IsDeleted")?.Ordinal ?? -1;
        int archived = table.Fields.Find("IsArchived")?.Ordinal ?? -1;
        DateTime emptied = org.Now - options.RecycleBin;
        IEnumerable<SalesforceRow> rows = candidates.Where(row =>
            (all ? row[deleted] is not true || row.Stamp > emptied : row[deleted] is not true && row[archived] is not true)
            && (matches is null || matches(row)));
        if (table.SeenAfter > TimeSpan.Zero)
        {
            DateTime seen = org.Now - table.SeenAfter;
            rows = rows.Where(row => row.Stamp <= seen);
        }

        return order.Comparer is null ? rows : rows.Order(order.Comparer);
    }

    private static IEnumerable<T> Cut<T>(IEnumerable<T> items, SoqlQuery query) =>
        items.Skip(query.Offset ?? 0).Take(query.Limit ?? int.MaxValue);
}
