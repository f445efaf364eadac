using System.Text.Json;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Arranges the selected paths as the answer is nested: each parent once, where it was first named.</summary>
internal static class SoqlProjection
{
    public static IReadOnlyList<SoqlColumn> Build(SoqlPathBinder paths, SalesforceTable table, IEnumerable<SoqlPath> selected)
    {
        List<SoqlColumn> columns = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (SoqlPath path in selected)
        {
            if (!seen.Add(path.ToString()))
                throw paths.Refuse(path, "MALFORMED_QUERY", $"duplicate field selected: {path}");
            Place(columns, paths.Bind(path, table));
        }

        return columns;
    }

    private static void Place(List<SoqlColumn> columns, BoundPath path)
    {
        foreach (BoundParent parent in path.Parents)
        {
            SoqlParentColumn? place = columns.OfType<SoqlParentColumn>().FirstOrDefault(column => column.Name.Value == parent.Name);
            if (place is null)
                columns.Add(place = new SoqlParentColumn(JsonEncodedText.Encode(parent.Name), parent.Resolve, []));
            columns = place.Columns;
        }

        columns.Add(new SoqlValueColumn(JsonEncodedText.Encode(path.Field.Name), ReaderOf(path.Field), path.Field));
    }

    // Below a parent the value is read from the parent's own row, which for a Name object may be of several objects.
    private static Func<SalesforceRow, object?> ReaderOf(SalesforceField field)
    {
        if (field.Ordinal >= 0)
            return field.Reader();
        return field.Name == "Type" ? row => row.Table.Name : row => row[field.Name];
    }
}
