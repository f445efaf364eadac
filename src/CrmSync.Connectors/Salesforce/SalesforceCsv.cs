using System.Buffers;
using System.Text.Json;
using CsvHelper;

namespace CrmSync.Connectors.Salesforce;

/// <summary>CSV as Bulk API 2.0 speaks it. Texts hold line breaks and quotes, so a real parser reads it. Pure.</summary>
internal static class SalesforceCsv
{
    /// <summary>What clears a field in an uploaded file; an empty cell leaves the field as it is.</summary>
    public const string Clear = "#N/A";

    /// <summary>
    /// The rows as objects of texts, by header; empty cells are null, because CSV cannot tell the two apart. Null where the file has no
    /// column <paramref name="needed"/>
    /// or a row of another length, that is, where it is something else or has been cut off.
    /// </summary>
    public static IReadOnlyList<JsonElement>? Read(ReadOnlyMemory<byte> csv, string needed)
    {
        var isSound = true;
        var options = new CsvReaderOptions { Separator = ',', HasHeader = false, OnMalformedRecord = _ => isSound = false };
        using var reader = CsvReader.Create(csv, options);
        if (!reader.Read())
            return null;
        string[] header = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)];
        if (!header.Contains(needed, StringComparer.OrdinalIgnoreCase))
            return null;
        var buffer = new ArrayBufferWriter<byte>(csv.Length + 1_024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            while (reader.Read())
            {
                if (reader.FieldCount != header.Length)
                    return null;
                json.WriteStartObject();
                for (var at = 0; at < header.Length; at++)
                {
                    if (reader.GetString(at) is { Length: > 0 } cell)
                        json.WriteString(header[at], cell);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return isSound ? [.. JsonDocument.Parse(buffer.WrittenMemory).RootElement.EnumerateArray()] : null;
    }

    /// <summary>A file to upload.</summary>
    /// <param name="columns">Header.</param>
    /// <param name="rows">Cells in the order of the header; null leaves the field as it is.</param>
    public static byte[] Write(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string?>> rows)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true))
        {
            foreach (var row in rows.Prepend(columns))
                csv.WriteRecord([.. row.Select(cell => cell ?? "")]);
        }

        return stream.ToArray();
    }
}
