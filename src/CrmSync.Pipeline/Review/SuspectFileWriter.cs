using System.Globalization;
using CrmSync.Pipeline.Classification.Learning;
using CsvHelper;

namespace CrmSync.Pipeline.Review;

/// <summary>Writes likely label errors as CSV: where the row stands and the two labels, never its text.</summary>
public sealed class SuspectFileWriter(TextWriter writer) : IAsyncDisposable
{
    private readonly CsvWriter _csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);

    /// <summary>Writes a header and all rows.</summary>
    public async Task WriteAsync(IReadOnlyList<SuspectRow> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        await _csv.WriteRecordAsync(["source", "id", "taxonomy", "given", "likely", "margin"], cancellationToken);
        foreach (var row in rows)
            await _csv.WriteRecordAsync(
                [
                    row.Row.Group, row.Row.Id, row.Taxonomy, row.Given ?? CorrectionFile.None, row.Likely ?? CorrectionFile.None,
                    row.Margin.ToString("0.000", CultureInfo.InvariantCulture),
                ], cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _csv.DisposeAsync();
}
