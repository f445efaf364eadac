using CrmSync.Simulator.Salesforce.Http;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;

namespace CrmSync.Simulator.Salesforce.Bulk;

/// <summary>What bulk queries refuse, and how they write rows.</summary>
internal static class BulkRules
{
    private const string Refused = "FUNCTIONALITY_NOT_ENABLED";

    /// <exception cref="SalesforceException">A job does not take the statement.</exception>
    public static SalesforceTable Check(string statement, SoqlEngine soql)
    {
        SoqlQuery query = SoqlParser.Parse(statement);
        SalesforceTable table = soql.FindTable(query, tooling: false);
        if (!table.InBulk)
            throw new SalesforceException(400, "INVALIDENTITY", $"Entity '{table.Name}' is not supported by the Bulk API.");
        foreach (SoqlSelection selection in query.Select)
        {
            string? reason = selection switch
            {
                SoqlTypeofSelection => "TYPEOF not supported in Bulk Query",
                SoqlChildSelection => "Nested queries not supported in Bulk Query",
                SoqlCountSelection or SoqlAggregateSelection => "Aggregate functions not supported in Bulk Query",
                SoqlFieldSelection { Path.Parts: [var name] } => Refuse(table.Fields.FindReadable(name)),
                _ => null,
            };
            if (reason is not null)
                throw new SalesforceException(400, Refused, reason);
        }

        if (query.GroupBy.Count > 0 || query.Offset is not null)
            throw new SalesforceException(400, Refused, "GROUP BY and OFFSET not supported in Bulk Query");
        // A dry run, so that unknown fields and wrong values are told at once, as in a plain query.
        soql.Run($"{Unlimited(statement, query)} LIMIT 0", all: false, BulkStore.QueryCall);
        return table;
    }

    public static IEnumerable<string> Names(IReadOnlyList<SoqlColumn> columns, string before) => columns.SelectMany(column => column is SoqlParentColumn parent
        ? Names(parent.Columns, $"{before}{parent.Name.Value}.")
        : [before + column.Name.Value]);

    public static IEnumerable<string?> Values(IReadOnlyList<SoqlColumn> columns, SalesforceRow? row, bool zulu) => columns.SelectMany(column => column switch
    {
        SoqlParentColumn parent => Values(parent.Columns, row is null ? null : parent.Resolve(row), zulu),
        SoqlValueColumn value => [Write(row is null ? null : value.Read(row), zulu)],
        _ => [null],
    });

    private static string? Write(object? value, bool zulu) => value is DateTime && zulu
        ? SalesforceText.Write(value)![..^5] + "Z"
        : SalesforceText.Write(value);

    private static string? Refuse(SalesforceField? field) => field?.Kind switch
    {
        FieldKind.Address => "Selecting compound data not supported in Bulk Query",
        FieldKind.Base64 => "Selecting binary data not supported in Bulk Query",
        _ => null,
    };

    private static string Unlimited(string statement, SoqlQuery query) => query.Limit is null ? statement : SoqlPrinter.Print(query with { Limit = null });
}
