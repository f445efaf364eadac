using System.Globalization;
using System.Reflection;
using System.Text.Json;
using CrmSync.Pipeline.Text;
using CrmSync.Service.Api;
using CsvHelper;

namespace CrmSync.Service.Exports;

/// <summary>
/// Writes flat rows as they come, so that an export of any length takes the memory of one. Column names are the properties' names in camelCase, in both formats; instants are RFC 3339.
/// </summary>
internal static class RowWriter
{
    // Often enough that a reader sees it grow, seldom enough that it costs nothing.
    private const int FlushEvery = 1_000;

    /// <summary>Writes all rows.</summary>
    /// <returns>How many there were.</returns>
    public static Task<long> WriteAsync<T>(IAsyncEnumerable<T> rows, ExportFormat format, Stream output, CancellationToken cancellationToken) =>
        format == ExportFormat.Csv ? WriteCsvAsync(rows, output, cancellationToken) : WriteLinesAsync(rows, output, cancellationToken);

    private static async Task<long> WriteCsvAsync<T>(IAsyncEnumerable<T> rows, Stream output, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(output, bufferSize: 64 * 1024, leaveOpen: true);
        await using var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        var columns = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        await csv.WriteRecordAsync([.. columns.Select(column => JsonNamingPolicy.CamelCase.ConvertName(column.Name))], cancellationToken);
        var cells = new string[columns.Length];
        var count = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            for (var at = 0; at < columns.Length; at++)
                cells[at] = Cell(columns[at].GetValue(row));
            await csv.WriteRecordAsync(cells, cancellationToken);
            if (++count % FlushEvery == 0)
                await text.FlushAsync(cancellationToken);
        }
        return count;
    }

    private static async Task<long> WriteLinesAsync<T>(IAsyncEnumerable<T> rows, Stream output, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder });
        var count = 0L;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            JsonSerializer.Serialize(json, row, ApiJson.Options);
            json.Flush();
            json.Reset();
            buffer.WriteByte((byte)'\n');
            if (++count % FlushEvery == 0 || buffer.Length >= 64 * 1024)
                await DrainAsync(buffer, output, cancellationToken);
        }
        await DrainAsync(buffer, output, cancellationToken);
        return count;
    }

    private static async Task DrainAsync(MemoryStream buffer, Stream output, CancellationToken cancellationToken)
    {
        await output.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancellationToken);
        await output.FlushAsync(cancellationToken);
        buffer.SetLength(0);
    }

    // Numbers of ours may begin with a minus and mean it; everything else is text from somewhere.
    private static string Cell(object? value) => value switch
    {
        null => "",
        string text => InertCell.Of(text),
        bool flag => flag ? "true" : "false",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"A column of type {value.GetType().Name} does not fit a flat file."),
    };
}
