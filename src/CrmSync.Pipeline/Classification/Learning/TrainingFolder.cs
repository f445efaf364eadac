using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// Labelled rows of a folder, one file per writer, so that validation can keep writers apart. Rows in its folder <c>chosen</c> were picked or written because they are hard
/// (<see cref="TrainingRow.IsChosen"/>).
/// </summary>
/// <param name="Rows">The rows; the group of each is its file's name without extension and without what follows a '+': <c>a01+variants.jsonl</c> goes with <c>a01.jsonl</c>.</param>
/// <param name="Faults">One sentence per row or answer that cannot be read, with file and line.</param>
public sealed record TrainingFolder(IReadOnlyList<TrainingRow> Rows, IReadOnlyList<string> Faults)
{
    private const string ChosenFolder = "chosen";

    /// <summary>The labelled rows that come with CrmSync, beside the program.</summary>
    public static string Shipped => Path.Combine(AppContext.BaseDirectory, "training", "activities");

    /// <summary>Labelled rows beside the program that no model is ever trained on.</summary>
    public static string ShippedHeldOut => Path.Combine(AppContext.BaseDirectory, "training", "held-out");

    /// <summary>Reads one file, or all <c>*.jsonl</c> and <c>*.csv</c> files of a folder and of its folder <c>chosen</c> by name.</summary>
    /// <exception cref="ActivityFileException">There is no such file or folder, none in it, or one that cannot be read as a whole.</exception>
    public static async Task<TrainingFolder> ReadAsync(string path, TaxonomySet taxonomies, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> files = File.Exists(path) ? [path]
            : Directory.Exists(path)
                ? [.. FilesOf(path), .. Directory.Exists(Path.Combine(path, ChosenFolder)) ? FilesOf(Path.Combine(path, ChosenFolder)) : []]
                : throw new ActivityFileException($"There is no file or folder {path}; name one that holds labelled rows.");
        if (files.Count == 0)
            throw new ActivityFileException($"The folder {path} holds no .jsonl or .csv file; put labelled rows there.");
        List<TrainingRow> rows = [];
        List<string> faults = [];
        foreach (var file in files)
        {
            using var reader = new StreamReader(file);
            var read = await LabelledFile.ReadAsync(reader, ActivityFileReader.FormatOf(file), taxonomies, cancellationToken);
            var group = Path.GetFileNameWithoutExtension(file).Split('+')[0];
            var isChosen = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) == ChosenFolder;
            rows.AddRange(read.Rows.Select(row => new TrainingRow(row.Id, group, row.Content, row.Labels) { IsChosen = isChosen }));
            faults.AddRange(read.Faults.Select(fault => $"{Path.GetFileName(file)}, {fault}"));
        }
        return new TrainingFolder(rows, faults);
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".jsonl" or ".csv").Order(StringComparer.Ordinal);
}
