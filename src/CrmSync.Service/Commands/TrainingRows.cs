using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Commands;

/// <summary>Reads the labelled rows that a command names, or those that come with CrmSync.</summary>
internal static class TrainingRows
{
    /// <summary>All rows of files and folders; what cannot be read is named on the error stream and left out.</summary>
    /// <exception cref="UsageException">A path names nothing, or nothing labelled.</exception>
    public static async Task<List<TrainingRow>> ReadAsync(IReadOnlyList<string> paths, TaxonomySet taxonomies, CancellationToken cancellationToken)
    {
        List<TrainingRow> rows = [];
        foreach (var path in paths.Count > 0 ? paths : [TrainingFolder.Shipped])
        {
            var read = await ReadAsync(path, taxonomies, cancellationToken);
            rows.AddRange(read.Rows);
            foreach (var fault in read.Faults)
                await System.Console.Error.WriteLineAsync(fault);
        }
        return rows.Count > 0 ? rows : throw new UsageException("--rows names no labelled row; give files with answers in columns named like the taxonomies.");
    }

    private static async Task<TrainingFolder> ReadAsync(string path, TaxonomySet taxonomies, CancellationToken cancellationToken)
    {
        try
        {
            return await TrainingFolder.ReadAsync(path, taxonomies, cancellationToken);
        }
        catch (ActivityFileException fault)
        {
            throw new UsageException(fault.Message);
        }
    }
}
