using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Writes records as the REST API does: attributes first, parents nested, null for what is missing.</summary>
internal static class RecordJson
{
    private static readonly JsonEncodedText Attributes = JsonEncodedText.Encode("attributes");
    private static readonly JsonEncodedText Type = JsonEncodedText.Encode("type");
    private static readonly JsonEncodedText Url = JsonEncodedText.Encode("url");

    public static void Write(Utf8JsonWriter writer, SalesforceRow row, IReadOnlyList<SoqlColumn> columns, string version)
    {
        writer.WriteStartObject();
        WriteAttributes(writer, row, version);
        foreach (SoqlColumn column in columns)
        {
            writer.WritePropertyName(column.Name);
            if (column is SoqlValueColumn { Field.Kind: FieldKind.Base64 } blob)
                WriteAddress(writer, row, blob, version);
            else if (column is SoqlValueColumn value)
                WriteValue(writer, value.Read(row));
            else if (column is SoqlTypeofColumn choice && choice.Resolve(row) is { } typed)
                Write(writer, typed, choice.ColumnsOf(typed), version);
            else if (column is SoqlChildColumn child && child.RowsOf(row) is { Count: > 0 } children)
                WriteChildren(writer, children, child.Columns, version);
            else if (column is SoqlParentColumn parent && parent.Resolve(row) is { } target)
                Write(writer, target, parent.Columns, version);
            else
                writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    // Bytes are fetched from an address of their own.
    private static void WriteAddress(Utf8JsonWriter writer, SalesforceRow row, SoqlValueColumn column, string version)
    {
        if (column.Read(row) is null)
            writer.WriteNullValue();
        else
            writer.WriteStringValue($"/services/data/{version}/sobjects/{row.Table.Name}/{row.Id}/{column.Field.Name}");
    }

    private static void WriteChildren(Utf8JsonWriter writer, IReadOnlyList<SalesforceRow> rows, IReadOnlyList<SoqlColumn> columns, string version)
    {
        writer.WriteStartObject();
        writer.WriteNumber("totalSize", rows.Count);
        writer.WriteBoolean("done", true);
        writer.WriteStartArray("records");
        foreach (SalesforceRow row in rows)
            Write(writer, row, columns, version);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteGroup(Utf8JsonWriter writer, SoqlGroups groups, object?[] values)
    {
        writer.WriteStartObject();
        writer.WriteStartObject(Attributes);
        writer.WriteString(Type, "AggregateResult");
        writer.WriteEndObject();
        for (int i = 0; i < values.Length; i++)
        {
            writer.WritePropertyName(groups.Names[i]);
            WriteValue(writer, values[i]);
        }

        writer.WriteEndObject();
    }

    /// <summary>All fields that the user sees, as one asks for a record by its id.</summary>
    public static IReadOnlyList<SoqlColumn> AllColumns(SalesforceTable table) =>
        [.. table.Fields.All.Where(field => field.IsSeen).Select(Column)];

    public static SoqlColumn Column(SalesforceField field) =>
        new SoqlValueColumn(JsonEncodedText.Encode(field.Name), field.Reader(), field);

    private static void WriteAttributes(Utf8JsonWriter writer, SalesforceRow row, string version)
    {
        writer.WriteStartObject(Attributes);
        writer.WriteString(Type, row.Table.Name);
        string tooling = row.Table.Tooling ? "tooling/" : "";
        writer.WriteString(Url, $"/services/data/{version}/{tooling}sobjects/{row.Table.Name}/{row.Id}");
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case DateTime instant:
                Span<char> letters = stackalloc char[32];
                instant.TryFormat(letters, out int written, SalesforceText.DateTimeFormat, CultureInfo.InvariantCulture);
                writer.WriteStringValue(letters[..written]);
                break;
            case decimal number:
                writer.WriteNumberValue(number);
                break;
            case JsonNode node:
                node.WriteTo(writer);
                break;
            default:
                writer.WriteStringValue(SalesforceText.Write(value));
                break;
        }
    }
}
