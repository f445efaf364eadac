using System.Globalization;
using CrmSync.Pipeline.Taxonomies;
using CsvHelper;

namespace CrmSync.Pipeline.Review;

/// <summary>One answer of a file.</summary>
/// <param name="Line">Its line, from 1, the header counted.</param>
/// <param name="Name">The activity.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Label">Label id; null for "no definition covers it".</param>
/// <param name="ContentHash">The content that was exported; null where the file does not say.</param>
public sealed record FileAnswer(long Line, ActivityName Name, string Taxonomy, string? Label, string? ContentHash);

/// <summary>What a file of corrections holds.</summary>
/// <param name="Answers">In file order.</param>
/// <param name="Blank">Rows without an answer; they are left out.</param>
/// <param name="Faults">One sentence per fault, each naming its line. If there is any, nothing of the file may be applied.</param>
public sealed record CorrectionFileContent(IReadOnlyList<FileAnswer> Answers, int Blank, IReadOnlyList<string> Faults);

/// <summary>
/// Reads corrections from CSV by header. The activity stands in <c>id</c> (the ledger's number), or in <c>connection</c> and <c>object_id</c> (with
/// <c>object_type</c> where two types share an id). The answer stands either in <c>taxonomy</c> and <c>label</c>, or in columns named like taxonomies. Labels
/// may be written as id, name or CRM value, in any case; <see cref="None"/> means that no definition covers it; an empty cell is no answer.
/// </summary>
public static class CorrectionFile
{
    /// <summary>How "no definition covers it" is written.</summary>
    public const string None = "(none)";

    /// <summary>The most answers that one file may hold: they are applied in one transaction.</summary>
    public const int MaxAnswers = 20_000;

    private const int MaxFaults = 200;
    private const int MaxRecordBytes = 4_000_000;

    /// <summary>Reads a file to its end.</summary>
    public static async Task<CorrectionFileContent> ReadAsync(TextReader reader, TaxonomySet taxonomies, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(taxonomies);
        HashSet<long> malformed = [];
        await using var csv = CsvReader.Create(reader, new CsvReaderOptions
        {
            Separator = ',', HasHeader = false, TrackLineNumbers = true, MaxRecordSize = MaxRecordBytes, OnMalformedRecord = record => malformed.Add(record.LineNumber),
        }, leaveOpen: true);
        try
        {
            if (!await csv.ReadAsync(cancellationToken))
                return new CorrectionFileContent([], 0, ["The file is empty; its first line must name the columns."]);
            var columns = new Columns([.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)], taxonomies);
            if (columns.Fault is { } fault)
                return new CorrectionFileContent([], 0, [fault]);
            return await ReadRowsAsync(csv, columns, taxonomies, malformed, cancellationToken);
        }
        catch (CsvFormatException)
        {
            return new CorrectionFileContent([], 0, [$"Near line {csv.LineNumber}: a row is longer than {MaxRecordBytes / 1_000_000} MB, so a quotation mark is likely never closed; close it."]);
        }
    }

    private static async Task<CorrectionFileContent> ReadRowsAsync(
        CsvReader csv, Columns columns, TaxonomySet taxonomies, HashSet<long> malformed, CancellationToken cancellationToken)
    {
        List<FileAnswer> answers = [];
        List<string> faults = [];
        var blank = 0;
        while (faults.Count < MaxFaults && await csv.ReadAsync(cancellationToken))
        {
            var line = csv.LineNumber;
            if (malformed.Contains(line) || csv.FieldCount != columns.Count)
            {
                faults.Add($"Line {line}: it has {csv.FieldCount} cells where the header names {columns.Count} columns, or an open quotation mark; check its commas and quotation marks.");
                continue;
            }
            var given = columns.AnswersOf(csv).Where(pair => pair.Label.Length > 0).ToList();
            if (given.Count == 0)
            {
                blank++;
                continue;
            }
            if (columns.NameOf(csv, out var why) is not { } name)
            {
                faults.Add($"Line {line}: {why}");
                continue;
            }
            foreach (var (taxonomyText, labelText) in given)
            {
                if (Understand(taxonomyText, labelText, taxonomies, out var taxonomy, out var label) is { } fault)
                    faults.Add($"Line {line}: {fault}");
                else
                    answers.Add(new FileAnswer(line, name, taxonomy, label, columns.HashOf(csv)));
            }
            if (answers.Count > MaxAnswers)
                return new CorrectionFileContent([], 0, [$"The file holds more than {MaxAnswers} answers; split it, each part is applied as a whole."]);
        }
        AddRepeats(answers, faults);
        return new CorrectionFileContent(answers, blank, faults);
    }

    // Two different answers to one question cannot both be meant.
    private static void AddRepeats(List<FileAnswer> answers, List<string> faults)
    {
        foreach (var same in answers.GroupBy(answer => (answer.Name, answer.Taxonomy)).Where(group => group.DistinctBy(answer => answer.Label).Count() > 1))
            faults.Add($"Line {same.Last().Line}: it gives another {same.Key.Taxonomy} than line {same.First().Line} for the same activity; keep one of them.");
    }

    private static string? Understand(string taxonomyText, string labelText, TaxonomySet taxonomies, out string taxonomy, out string? label)
    {
        (taxonomy, label) = ("", null);
        var found = taxonomies.All.FirstOrDefault(known => Same(known.Id, taxonomyText));
        if (found is null)
            return Sentence(ReviewFailures.NoTaxonomy(taxonomyText, taxonomies));
        taxonomy = found.Id;
        if (Same(labelText, None) || (found.Abstains && Same(labelText, "abstain")))
            return found.Abstains ? null : Sentence(ReviewFailures.NoLabel(null, found));
        label = found.Labels.FirstOrDefault(known => Same(known.Id, labelText) || Same(known.Name, labelText) || Same(known.Value, labelText))?.Id;
        return label is null ? Sentence(ReviewFailures.NoLabel(labelText, found)) : null;
    }

    private static string Sentence(Model.Failure failure) => $"{failure.Message} {failure.Fix}";

    private static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private sealed class Columns
    {
        private readonly Dictionary<string, int> _at = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<(string Taxonomy, int At)> _wide = [];

        public Columns(string[] header, TaxonomySet taxonomies)
        {
            Count = header.Length;
            for (var i = 0; i < header.Length; i++)
                _at.TryAdd(header[i].Trim().TrimStart('\uFEFF'), i);
            foreach (var taxonomy in taxonomies.All)
                if (_at.TryGetValue(taxonomy.Id, out var at))
                    _wide.Add((taxonomy.Id, at));
            var named = _at.ContainsKey("id") || (_at.ContainsKey("connection") && _at.ContainsKey("object_id"));
            var answered = _wide.Count > 0 || (_at.ContainsKey("taxonomy") && _at.ContainsKey("label"));
            Fault = !named ? "The header names no activity; give a column id, or the columns connection and object_id."
                : !answered ? $"The header names no answer; give the columns taxonomy and label, or a column named like a taxonomy ({string.Join(", ", taxonomies.All.Select(taxonomy => taxonomy.Id))})."
                : null;
        }

        public int Count { get; }

        public string? Fault { get; }

        public IEnumerable<(string Taxonomy, string Label)> AnswersOf(CsvReader csv)
        {
            if (Cell(csv, "taxonomy") is { } taxonomy && Cell(csv, "label") is { } label)
                yield return (taxonomy, label);
            foreach (var (id, at) in _wide)
                yield return (id, csv.GetString(at).Trim());
        }

        public string? HashOf(CsvReader csv) => Cell(csv, "content_hash");

        public ActivityName? NameOf(CsvReader csv, out string why)
        {
            why = "it names no activity; fill id, or connection and object_id.";
            if (Cell(csv, "id") is { } id)
            {
                why = $"the id \"{ReviewFailures.Short(id)}\" is no number of the ledger; take it from an export, or name connection and object_id.";
                return long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new ActivityName(number, null, null, null) : null;
            }
            return Cell(csv, "connection") is { } connection && Cell(csv, "object_id") is { } objectId
                ? new ActivityName(null, connection, Cell(csv, "object_type"), objectId)
                : null;
        }

        private string? Cell(CsvReader csv, string name) =>
            _at.TryGetValue(name, out var at) && csv.GetString(at).Trim() is { Length: > 0 } cell ? cell : null;
    }
}
