using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>
/// Writes labelled activities as fine-tuning data (chat format, JSON Lines): the same system text, marks and answer as in a real call, one record per line, so that the
/// fine-tuned deployment meets in service what it was trained on.
/// </summary>
public static class FineTuningExport
{
    // People do not say how sure they were; a label that a person gave is sure, and a model trained on 1 would say 1 to everything.
    private const double Confidence = 0.95;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // The export holds no secret: equal rows get equal files.
    private static readonly AuditTokens Tokens = new("crmsync fine-tuning export"u8.ToArray());

    /// <summary>Writes one line per row and taxonomy that was judged.</summary>
    /// <param name="rows">The labelled rows.</param>
    /// <param name="taxonomy">The question that the deployment shall answer; rows that were not judged for it are left out.</param>
    /// <param name="options">Length of texts, and whether personal data is removed.</param>
    /// <param name="names">Names that are removed with it; null for none.</param>
    /// <param name="file">Gets the lines.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>Lines written.</returns>
    public static async Task<int> WriteAsync(
        IEnumerable<TrainingRow> rows, Taxonomy taxonomy, HostedOptions options, IKnownNames? names, TextWriter file, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(file);
        var instructions = AuditInstructions.For(taxonomy);
        var redactor = options.RemovePersonalData ? new Redactor(names) : null;
        var written = 0;
        foreach (var row in rows)
        {
            if (!row.Labels.TryGetValue(taxonomy.Id, out var labelId) || Value(taxonomy, instructions, labelId) is not { } value)
                continue;
            var record = AuditRecord.Read(row.Content, ActivityZoner.Zone(row.Content), options.MaxCharactersPerRecord, redactor?.Begin());
            var about = $"{taxonomy.Id} {taxonomy.Version}\n{record.ToJson("")}";
            var id = "r" + Tokens.Draw("id 0", about, AuditCalls.IdLength);
            var user = AuditMarks.Write([record], [id], Tokens.Draw("mark", about, AuditCalls.TokenLength), marking: true);
            var answer = JsonSerializer.Serialize(
                new { answers = new[] { new { id, reason = $"The definition of {value} covers the record.", label = value, confidence = Confidence } } }, Plain);
            var line = JsonSerializer.Serialize(
                new
                {
                    messages = new[]
                    {
                        new { role = "system", content = instructions.System }, new { role = "user", content = user }, new { role = "assistant", content = answer },
                    },
                }, Plain);
            await file.WriteLineAsync(line.AsMemory(), cancellationToken);
            written++;
        }
        return written;
    }

    // A label of an older version that there is no longer is left out.
    private static string? Value(Taxonomy taxonomy, AuditInstructions instructions, string? labelId) =>
        labelId is null ? instructions.Abstain : taxonomy.Find(labelId)?.Value;
}
