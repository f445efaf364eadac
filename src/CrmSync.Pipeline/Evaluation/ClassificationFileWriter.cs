using System.Globalization;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Taxonomies;
using CsvHelper;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>Which columns <c>classify</c> writes.</summary>
public enum ClassificationColumns
{
    /// <summary>All columns of design.md §6.</summary>
    Full,

    /// <summary>Just <c>hs_object_id,trueai_engaged</c>.</summary>
    Minimal,
}

/// <summary>
/// Writes decisions as CSV (RFC 4180). Cells that a spreadsheet might take for a formula are left as they are: the file is read back by
/// programs, and every cell that we author is a label, a number, a slug or the id that came in.
/// </summary>
public sealed class ClassificationFileWriter : IAsyncDisposable
{
    private readonly CsvWriter _csv;
    private readonly TaxonomySet _taxonomies;
    private readonly ClassificationColumns _columns;

    /// <summary>A writer on <paramref name="writer"/>, which stays open.</summary>
    public ClassificationFileWriter(TextWriter writer, TaxonomySet taxonomies, ClassificationColumns columns)
    {
        _taxonomies = taxonomies;
        _columns = columns;
        _csv = CsvWriter.Create(writer, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
    }

    /// <summary>Writes the header line.</summary>
    public async Task WriteHeaderAsync(CancellationToken cancellationToken = default)
    {
        string[] header = _columns == ClassificationColumns.Minimal
            ? ["hs_object_id", "trueai_engaged"]
            : ["hs_object_id", "trueai_engaged", "trueai_engaged_confidence", "crmsync_stage", "crmsync_stage_confidence", "status", "decided_by", "evidence"];
        await _csv.WriteRecordAsync(header, cancellationToken);
    }

    /// <summary>
    /// Writes one row. Labels are CRM values, the best one even when unsure; a stage that no definition covers is an empty cell.
    /// <c>status</c> is <c>unsure</c> when either answer is, else <c>abstained</c> when the stage is, else <c>decided</c>. <c>evidence</c> names rules as <c>engagement: a b; stage: c</c>.
    /// </summary>
    public async Task WriteRowAsync(string id, IReadOnlyList<LabelDecision> decisions, CancellationToken cancellationToken = default)
    {
        var engagement = decisions.FirstOrDefault(decision => decision.Taxonomy == "engagement");
        var stage = decisions.FirstOrDefault(decision => decision.Taxonomy == "stage");
        if (_columns == ClassificationColumns.Minimal)
        {
            await _csv.WriteRecordAsync([id, Value(engagement)], cancellationToken);
            return;
        }
        await _csv.WriteRecordAsync(
        [
            id, Value(engagement), Number(engagement), Value(stage), Number(stage), Status(decisions),
            string.Join('+', decisions.Select(decision => decision.DecidedBy).Distinct()),
            string.Join("; ", decisions.Where(d => d.Evidence.Count > 0).Select(d => $"{d.Taxonomy}: {string.Join(' ', d.Evidence.Select(e => e.Rule))}")),
        ], cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _csv.DisposeAsync();

    private string Value(LabelDecision? decision) =>
        decision?.Label is { } label && _taxonomies.TryGet(decision.Taxonomy, out var taxonomy) ? taxonomy.Find(label)?.Value ?? "" : "";

    private static string Number(LabelDecision? decision) => decision?.Confidence.ToString("0.000", CultureInfo.InvariantCulture) ?? "";

    private static string Status(IReadOnlyList<LabelDecision> decisions) =>
        decisions.Any(decision => decision.Status == DecisionStatus.Unsure) ? "unsure"
        : decisions.Any(decision => decision.Status == DecisionStatus.Abstained) ? "abstained"
        : "decided";
}
