using System.Text.Json;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>What a statement found. Rows are those of the moment of the query, whatever happens to the records afterwards.</summary>
/// <param name="Table">The object asked.</param>
/// <param name="Total">Rows in all, or the number that COUNT() asked for.</param>
/// <param name="Rows">Rows in order; empty for COUNT() and aggregates.</param>
/// <param name="Projection">What to write of each row.</param>
/// <param name="Groups">Aggregated answers, or null.</param>
internal sealed record SoqlResult(
    SalesforceTable Table, int Total, IReadOnlyList<SalesforceRow> Rows, IReadOnlyList<SoqlColumn> Projection, SoqlGroups? Groups);

/// <summary>Aggregated answers: names of the columns and their values.</summary>
internal sealed record SoqlGroups(IReadOnlyList<JsonEncodedText> Names, IReadOnlyList<object?[]> Rows);

/// <summary>A column to write: a value, or a parent with columns of its own.</summary>
internal abstract record SoqlColumn(JsonEncodedText Name);

internal sealed record SoqlValueColumn(JsonEncodedText Name, Func<SalesforceRow, object?> Read, SalesforceField Field) : SoqlColumn(Name);

/// <summary>A parent whose columns depend on its object.</summary>
internal sealed record SoqlTypeofColumn(
    JsonEncodedText Name, Func<SalesforceRow, SalesforceRow?> Resolve, Func<SalesforceRow, IReadOnlyList<SoqlColumn>> ColumnsOf) : SoqlColumn(Name);

/// <summary>Children of each row, found when the statement ran.</summary>
internal sealed record SoqlChildColumn(
    JsonEncodedText Name, Func<SalesforceRow, IReadOnlyList<SalesforceRow>> RowsOf, IReadOnlyList<SoqlColumn> Columns) : SoqlColumn(Name);

internal sealed record SoqlParentColumn(
    JsonEncodedText Name, Func<SalesforceRow, SalesforceRow?> Resolve, List<SoqlColumn> Columns) : SoqlColumn(Name);
