using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce.Soql;

/// <summary>Turns a written value into one that compares with a field's, or refuses it as Salesforce does.</summary>
internal static class SoqlValueReader
{
    public static object? Read(SoqlPathBinder paths, SoqlPath path, SalesforceField field, SoqlValue value) => (value, field) switch
    {
        (SoqlNull, _) => null,
        (SoqlText text, { IsIdentifier: true }) => SalesforceId.Normalise(text.Value)
            ?? (text.Value.Length == 0 ? null : throw paths.Refuse(path, "INVALID_QUERY_FILTER_OPERATOR", $"invalid ID field: {text.Value}")),
        (SoqlText text, { IsText: true }) => text.Value,
        (SoqlBoolean boolean, { Kind: FieldKind.Boolean }) => SalesforceTable.Box(boolean.Value),
        (SoqlNumber number, { IsNumber: true }) => number.Value,
        (SoqlDate date, { Kind: FieldKind.Date }) => date.Value,
        (SoqlDateTime instant, { Kind: FieldKind.DateTime }) => instant.Value,
        _ => throw WrongType(paths, path, field),
    };

    private static SoqlException WrongType(SoqlPathBinder paths, SoqlPath path, SalesforceField field)
    {
        (string type, bool quoted) = field switch
        {
            { IsIdentifier: true } => ("id", true),
            { IsText: true } => ("string", true),
            { Kind: FieldKind.Boolean } => ("boolean", false),
            { Kind: FieldKind.Date } => ("date", false),
            { Kind: FieldKind.DateTime } => ("dateTime", false),
            _ => ("double", false),
        };
        string quotes = quoted ? "should be enclosed in quotes" : "should not be enclosed in quotes";
        return paths.Refuse(path, "INVALID_FIELD", $"value of filter criterion for field '{field.Name}' must be of type {type} and {quotes}");
    }
}
