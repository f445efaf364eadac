using System.Text.Json;
using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Arranges what was selected as the answer is nested: each parent once, where it was first named.</summary>
internal static class SoqlProjection
{
    /// <param name="paths">Finds fields.</param>
    /// <param name="table">The object asked.</param>
    /// <param name="selected">Fields and TYPEOFs, in order.</param>
    /// <param name="child">Answers a nested query.</param>
    public static List<SoqlColumn> Build(
        SoqlPathBinder paths, SalesforceTable table, IEnumerable<SoqlSelection> selected, Func<SoqlChildSelection, SoqlColumn> child)
    {
        List<SoqlColumn> columns = [];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (SoqlSelection selection in selected)
        {
            switch (selection)
            {
                case SoqlFieldSelection { Path: var path }:
                    if (!seen.Add(path.ToString()))
                        throw paths.Refuse(path, "MALFORMED_QUERY", $"duplicate field selected: {path}");
                    Place(columns, paths.Bind(path, table));
                    break;
                case SoqlTypeofSelection choice:
                    columns.Add(BuildTypeof(paths, table, choice));
                    break;
                case SoqlChildSelection nested:
                    columns.Add(child(nested));
                    break;
                default:
                    throw SoqlException.Malformed("Only fields may be selected together with fields");
            }
        }

        return columns;
    }

    private static SoqlTypeofColumn BuildTypeof(SoqlPathBinder paths, SalesforceTable table, SoqlTypeofSelection choice)
    {
        (string name, Func<SalesforceRow, SalesforceRow?> resolve) = paths.BindParent(choice.Path, table);
        Dictionary<string, List<SoqlColumn>> cases = new(StringComparer.OrdinalIgnoreCase);
        foreach (SoqlTypeofCase one in choice.Cases)
        {
            SalesforceTable type = paths.FindTable(one.Type)
                ?? throw paths.Refuse(choice.Path, "INVALID_TYPE", $"sObject type '{one.Type}' is not supported.");
            cases[type.Name] = Build(paths, type, one.Fields.Select(path => new SoqlFieldSelection(path)), NoChild);
        }

        // ELSE reads the fields of the common Name object, through the same relationship.
        List<SoqlColumn> nested = [];
        foreach (SoqlPath path in choice.Else)
            Place(nested, paths.Bind(new SoqlPath(new SoqlSequence<string>([.. choice.Path.Parts, .. path.Parts])) { Position = path.Position }, table));
        List<SoqlColumn> otherwise = nested is [SoqlParentColumn parent] ? parent.Columns : [];
        return new SoqlTypeofColumn(JsonEncodedText.Encode(name), resolve, row => cases.GetValueOrDefault(row.Table.Name) ?? otherwise);
    }

    private static SoqlColumn NoChild(SoqlChildSelection child) => throw SoqlException.Malformed("a nested query cannot stand here");

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
