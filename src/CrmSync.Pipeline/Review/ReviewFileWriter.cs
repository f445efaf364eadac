using System.Globalization;
using CrmSync.Pipeline.Text;
using CsvHelper;

namespace CrmSync.Pipeline.Review;

/// <summary>A row of an export for review.</summary>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="Connection">Key of the connection.</param>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="ObjectId">The CRM's id.</param>
/// <param name="ContentHash">The content that is judged; comes back with the answer.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Answer">The automatic answer.</param>
/// <param name="Status">decided, abstained or unsure.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Why">Why it is in the queue.</param>
/// <param name="Subject">Subject; null to leave the column out.</param>
/// <param name="Text">Beginning of the text; null to leave the column out.</param>
public sealed record ReviewFileRow(
    long ActivityId, string Connection, string ObjectType, string ObjectId, string ContentHash, string Taxonomy, string? Answer, string Status, double Confidence, string Why,
    string? Subject, string? Text);

/// <summary>
/// Writes the queue as CSV with an empty column <c>label</c>: whoever fills it gives the file back to <see cref="CorrectionFile"/>. People open it in a
/// spreadsheet, so cells of foreign text that it would take for a formula begin with an apostrophe.
/// </summary>
public sealed class ReviewFileWriter : IAsyncDisposable
{
    private readonly CsvWriter _csv;
    private readonly bool _texts;

    /// <summary>A writer on <paramref name="writer"/>, which stays open.</summary>
    /// <param name="writer">Receives CSV.</param>
    /// <param name="texts">Whether subject and text, which are personal data, are written.</param>
    public ReviewFileWriter(TextWriter writer, bool texts)
    {
        _texts = texts;
        _csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
    }

    /// <summary>Writes the header line.</summary>
    public ValueTask WriteHeaderAsync(CancellationToken cancellationToken) => WriteAsync(
        ["id", "connection", "object_type", "object_id", "content_hash", "taxonomy", "answer", "status", "confidence", "why"], ["subject", "text"], "label", cancellationToken);

    /// <summary>Writes one row.</summary>
    public ValueTask WriteRowAsync(ReviewFileRow row, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        return WriteAsync(
            [
                row.ActivityId.ToString(CultureInfo.InvariantCulture), InertCell.Of(row.Connection), InertCell.Of(row.ObjectType), row.ObjectId, row.ContentHash, row.Taxonomy,
                row.Answer ?? CorrectionFile.None, row.Status, row.Confidence.ToString("0.000", CultureInfo.InvariantCulture), row.Why,
            ],
            [InertCell.Of(row.Subject ?? ""), InertCell.Of(row.Text ?? "")], "", cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _csv.DisposeAsync();

    private async ValueTask WriteAsync(string[] cells, string[] texts, string label, CancellationToken cancellationToken) =>
        await _csv.WriteRecordAsync([.. cells, .. _texts ? texts : [], label], cancellationToken);
}
