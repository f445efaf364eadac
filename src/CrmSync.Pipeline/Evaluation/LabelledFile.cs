using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>The labelled rows of a file, and what was left out of it.</summary>
/// <param name="Rows">Rows with at least one answer.</param>
/// <param name="Read">Data rows of the file.</param>
/// <param name="Malformed">Rows that cannot be read.</param>
/// <param name="Blank">Sound rows without any answer.</param>
/// <param name="Unknown">Answers that name no label of their taxonomy; the row still counts for the other taxonomies.</param>
/// <param name="Faults">One sentence per malformed row and unknown answer, by line; the first <see cref="ClassifyFileResult.MaxRowErrors"/> of them.</param>
public sealed record LabelledRows(IReadOnlyList<LabelledRow> Rows, long Read, long Malformed, long Blank, long Unknown, IReadOnlyList<string> Faults);

/// <summary>
/// Reads files of labelled activities (columns: design.md §6). The answer for a taxonomy stands in a column named like its id, or <c>label_</c> and its id where the
/// id alone names a column of the activity (<c>outcome</c>, <c>status</c>); <c>human_label</c> is the public study's name for <c>engagement</c> and goes first. Labels are written as CRM
/// value, name or id, in any case. All rows are held in memory.
/// </summary>
public static class LabelledFile
{
    private const string Study = "human_label";

    /// <summary>Reads all rows.</summary>
    /// <param name="reader">The file; stays open.</param>
    /// <param name="format">How it is written.</param>
    /// <param name="taxonomies">The taxonomies whose answers are looked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ActivityFileException">The file as a whole cannot be read.</exception>
    public static async Task<LabelledRows> ReadAsync(TextReader reader, FileFormat format, TaxonomySet taxonomies, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(taxonomies);
        List<LabelledRow> rows = [];
        List<string> faults = [];
        long read = 0, malformed = 0, blank = 0, unknown = 0;
        await foreach (var row in ActivityFileReader.ReadAsync(reader, format, cancellationToken))
        {
            read++;
            if (row.Content is null)
            {
                malformed++;
                Report(row.Fault!);
                continue;
            }
            Dictionary<string, string?> labels = [];
            var unread = 0;
            foreach (var taxonomy in taxonomies.All)
            {
                var answer = LabelAnswer.Read(taxonomy, Cell(row.Truth, taxonomy.Id));
                if (answer.Kind == LabelAnswerKind.Given)
                    labels[taxonomy.Id] = answer.Label;
                else if (answer.Kind == LabelAnswerKind.Unknown)
                {
                    unread++;
                    Report($"Line {row.Line}: {answer.Fault}");
                }
            }
            AddAbstentions(taxonomies, row.Truth, labels);
            unknown += unread;
            blank += labels.Count == 0 && unread == 0 ? 1 : 0;
            if (labels.Count > 0)
                rows.Add(new LabelledRow(row.Id, row.Content, labels) { Line = row.Line, Group = Prefix(row.Id), IsHard = Flag(row.Truth.GetValueOrDefault("hard")) });
        }
        return new LabelledRows(rows, read, malformed, blank, unknown, faults);

        void Report(string fault)
        {
            if (faults.Count < ClassifyFileResult.MaxRowErrors)
                faults.Add(fault);
        }
    }

    /// <summary>
    /// Empty answers. "No definition covers it" is an answer that people give by leaving the cell empty, and so is forgetting the row; what tells them apart is whether the row was judged at all:
    /// an empty cell counts as abstaining where another taxonomy of the row has an answer, a JSON null also where no taxonomy that always has an answer was left open.
    /// </summary>
    private static void AddAbstentions(TaxonomySet taxonomies, IReadOnlyDictionary<string, string?> truth, Dictionary<string, string?> labels)
    {
        var judged = labels.Count > 0;
        var left = taxonomies.All.Any(taxonomy => !taxonomy.Abstains && Cell(truth, taxonomy.Id).IsThere && !labels.ContainsKey(taxonomy.Id));
        foreach (var taxonomy in taxonomies.All)
        {
            var (isThere, text) = Cell(truth, taxonomy.Id);
            if (taxonomy.Abstains && isThere && string.IsNullOrWhiteSpace(text) && (judged || text is null && !left))
                labels[taxonomy.Id] = null;
        }
    }

    private static (bool IsThere, string? Text) Cell(IReadOnlyDictionary<string, string?> truth, string taxonomy)
    {
        if (taxonomy == "engagement" && truth.TryGetValue(Study, out var study) && !string.IsNullOrWhiteSpace(study))
            return (true, study);
        if (truth.TryGetValue($"label_{taxonomy}", out var text) || truth.TryGetValue(taxonomy, out text))
            return (true, text);
        return (taxonomy == "engagement" && truth.ContainsKey(Study), null);
    }

    /// <summary>What stands before the first hyphen of an id such as <c>a01-017</c>: the author, in files that name rows so.</summary>
    private static string Prefix(string id) => id.IndexOf('-') is > 0 and var at ? id[..at] : "";

    private static bool? Flag(string? cell) => cell?.Trim().ToLowerInvariant() switch
    {
        "true" or "1" or "yes" or "y" => true,
        "false" or "0" or "no" or "n" => false,
        _ => null,
    };
}

/// <summary>Whether a cell answers.</summary>
internal enum LabelAnswerKind
{
    /// <summary>Nothing stands there.</summary>
    Empty,

    /// <summary>A label, or abstaining in words.</summary>
    Given,

    /// <summary>Something that the taxonomy does not know.</summary>
    Unknown,
}

/// <summary>One cell, understood.</summary>
internal readonly record struct LabelAnswer(LabelAnswerKind Kind, string? Label, string Fault)
{
    private const int LongestQuote = 60;
    private static readonly string[] AbstainWords = ["(abstain)", "abstain", "abstained", "(abstained)", "none", "(none)", "null"];

    public static LabelAnswer Read(Taxonomy taxonomy, (bool IsThere, string? Text) cell)
    {
        if (string.IsNullOrWhiteSpace(cell.Text))
            return new LabelAnswer(LabelAnswerKind.Empty, null, "");
        var text = cell.Text.Trim();
        // Values first: they are what CRMs and files hold; a name that equals another label's value must not win.
        var label = taxonomy.FindByValue(text)
            ?? taxonomy.Labels.FirstOrDefault(label => text.Equals(label.Id, StringComparison.OrdinalIgnoreCase))
            ?? taxonomy.Labels.FirstOrDefault(label => text.Equals(label.Name, StringComparison.OrdinalIgnoreCase));
        if (label is not null)
            return new LabelAnswer(LabelAnswerKind.Given, label.Id, "");
        if (taxonomy.Abstains && AbstainWords.Contains(text, StringComparer.OrdinalIgnoreCase))
            return new LabelAnswer(LabelAnswerKind.Given, null, "");
        var known = string.Join(", ", taxonomy.Labels.Select(known => known.Value)) + (taxonomy.Abstains ? " or (abstain)" : "");
        var quote = text.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
        return new LabelAnswer(LabelAnswerKind.Unknown, null, $"\"{quote}\" is no label of {taxonomy.Id}; use {known}.");
    }
}
