using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CsvHelper;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>Reads files of activities row by row; a malformed row is reported by its line and never stops the rest.</summary>
public static class ActivityFileReader
{
    private const int MaxRecordBytes = 32_000_000;

    /// <summary>Reads CSV or JSON Lines by header (column names: design.md §6).</summary>
    /// <exception cref="ActivityFileException">The file as a whole cannot be read: no header, no text column, a quotation that never ends.</exception>
    public static IAsyncEnumerable<ActivityFileRow> ReadAsync(TextReader reader, FileFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return format switch
        {
            FileFormat.Csv => ReadCsvAsync(reader, cancellationToken),
            FileFormat.JsonLines => ReadJsonLinesAsync(reader, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "unknown file format"),
        };
    }

    /// <summary>The format that a file name promises: <c>.jsonl</c>, <c>.ndjson</c> and <c>.json</c> are JSON Lines, all else is CSV.</summary>
    public static FileFormat FormatOf(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".jsonl" or ".ndjson" or ".json" ? FileFormat.JsonLines : FileFormat.Csv;

    private static async IAsyncEnumerable<ActivityFileRow> ReadCsvAsync(TextReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<long, CsvMalformedReason> malformed = [];
        await using var csv = CsvReader.Create(reader, new CsvReaderOptions
        {
            Separator = ',',
            HasHeader = false,
            TrackLineNumbers = true,
            MaxRecordSize = MaxRecordBytes,
            OnMalformedRecord = record => malformed[record.LineNumber] = record.Reason,
        }, leaveOpen: true);
        if (!await MoveAsync(csv, cancellationToken))
            throw new ActivityFileException("The file is empty; its first line must name the columns.");
        string[] header = [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)];
        var columns = CsvColumns(header);
        for (long number = 0; await MoveAsync(csv, cancellationToken); number++)
        {
            Dictionary<string, string> cells = [];
            Dictionary<string, string?> truth = [];
            for (var i = 0; i < Math.Min(csv.FieldCount, columns.Length); i++)
                if (columns[i] is { } name)
                    cells.TryAdd(name, csv.GetString(i));
                else
                    truth.TryAdd(ActivityColumns.Plain(header[i]), csv.GetString(i));
            var row = ActivityColumns.ToRow(csv.LineNumber, number, cells, truth);
            var fault = malformed.Remove(csv.LineNumber, out var reason) ? Explain(reason)
                : csv.FieldCount == columns.Length ? null
                : $"it has {csv.FieldCount} cells where the header names {columns.Length} columns; check its commas and quotation marks";
            yield return fault is null ? row : row with { Content = null, Fault = $"Line {row.Line}: {fault}." };
        }
    }

    private static async Task<bool> MoveAsync(CsvReader csv, CancellationToken cancellationToken)
    {
        try
        {
            return await csv.ReadAsync(cancellationToken);
        }
        catch (CsvFormatException exception)
        {
            throw new ActivityFileException(
                $"Near line {csv.LineNumber}: a row is longer than {MaxRecordBytes / 1_000_000} MB, so a quotation mark is likely never closed; close it.", exception);
        }
    }

    private static string Explain(CsvMalformedReason reason) => reason == CsvMalformedReason.UnterminatedQuote
        ? "a quotation mark is never closed, so the rest of the file was swallowed; close it"
        : "a quotation mark stands inside a cell; put the cell in quotation marks and double those inside";

    private static string?[] CsvColumns(string[] header)
    {
        string?[] columns = [.. header.Select(ActivityColumns.Canonical)];
        if (columns.Contains("subject") || columns.Contains("body"))
            return columns;
        throw new ActivityFileException(header.Length == 1 && header[0].AsSpan().IndexOfAny(';', '\t') >= 0
            ? "The columns are not separated by commas; save the file as comma-separated CSV."
            : "The header names no text column; name one of crm_subject, subject, crm_description or body.");
    }

    private static async IAsyncEnumerable<ActivityFileRow> ReadJsonLinesAsync(TextReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        for (long line = 1; await reader.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
                continue;
            yield return ParseLine(line, number++, text.TrimStart('\uFEFF'));
        }
    }

    private static ActivityFileRow ParseLine(long line, long number, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Faulty("it is no JSON object; write one object in braces per line");
            Dictionary<string, string> cells = [];
            Dictionary<string, string?> truth = [];
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                    continue;
                if (ActivityColumns.Canonical(member.Name) is not { } name)
                    truth.TryAdd(ActivityColumns.Plain(member.Name), member.Value.ValueKind == JsonValueKind.Null ? null : member.Value.ToString());
                else if (member.Value.ValueKind != JsonValueKind.Null)
                    cells.TryAdd(name, member.Value.ToString());
            }
            return ActivityColumns.ToRow(line, number, cells, truth);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Faulty("it is not valid JSON; write one object in braces per line, UTF-8, without broken characters");
        }

        ActivityFileRow Faulty(string what) => new(line, number.ToString(CultureInfo.InvariantCulture), null, $"Line {line}: {what}.", new Dictionary<string, string?>());
    }
}
