using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>What a <c>classify</c> run did.</summary>
/// <param name="Rows">Data rows read, malformed ones included.</param>
/// <param name="Written">Rows classified and written.</param>
/// <param name="Malformed">Rows skipped.</param>
/// <param name="Counts">Rows by <c>taxonomy/label id</c>, <c>taxonomy/abstained</c> and <c>taxonomy/unsure</c>.</param>
/// <param name="RowErrors">One sentence per malformed row, the first <see cref="MaxRowErrors"/> of them.</param>
public sealed record ClassifyFileResult(
    long Rows, long Written, long Malformed, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<string> RowErrors)
{
    /// <summary>Sentences that are kept; <see cref="Malformed"/> counts them all.</summary>
    public const int MaxRowErrors = 1_000;
}

/// <summary>Classifies a file of activities, row by row, in constant memory.</summary>
public static class ClassifyFile
{
    private const int ProgressEvery = 500;

    /// <summary>Reads <paramref name="input"/>, lets <paramref name="hosted"/> look at what is left open, writes one line per sound row to <paramref name="output"/>. Both stay open.</summary>
    /// <param name="input">The activities.</param>
    /// <param name="output">Receives CSV.</param>
    /// <param name="format">How the input is written.</param>
    /// <param name="columns">Columns to write.</param>
    /// <param name="cascade">Decides.</param>
    /// <param name="progress">Told the number of rows read, now and then and at the end.</param>
    /// <param name="hosted">Asks the hosted model about rows that are left open; null asks nobody.</param>
    /// <param name="cancellationToken">Stops between rows; what is written stays.</param>
    /// <exception cref="ActivityFileException">The input as a whole cannot be read.</exception>
    public static async Task<ClassifyFileResult> RunAsync(
        TextReader input, TextWriter output, FileFormat format, ClassificationColumns columns, Cascade cascade, IProgress<long>? progress,
        HostedSecondLook? hosted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(cascade);
        await using var writer = new ClassificationFileWriter(output, cascade.Taxonomies, columns);
        await writer.WriteHeaderAsync(cancellationToken);
        long rows = 0, written = 0, malformed = 0;
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        List<string> errors = [];
        List<(string Id, ActivityContent Content, IReadOnlyList<LabelDecision> Decisions)> open = [];
        await foreach (var row in ActivityFileReader.ReadAsync(input, format, cancellationToken))
        {
            rows++;
            if (row.Content is null)
            {
                malformed++;
                if (errors.Count < ClassifyFileResult.MaxRowErrors)
                    errors.Add(row.Fault!);
                continue;
            }
            open.Add((row.Id, row.Content, cascade.Decide(row.Content)));
            if (hosted is null || open.Count == HostedSecondLook.RowsAtOnce)
                await WriteAsync();
            if (rows % ProgressEvery == 0)
                progress?.Report(rows);
        }
        await WriteAsync();
        progress?.Report(rows);
        return new ClassifyFileResult(rows, written, malformed, counts, errors);

        async Task WriteAsync()
        {
            var decided = hosted is null || open.Count == 0
                ? [.. open.Select(row => row.Decisions)]
                : await hosted.LookAsync([.. open.Select(row => (row.Content, row.Decisions))], cancellationToken);
            foreach (var (index, decisions) in decided.Index())
            {
                foreach (var decision in decisions)
                    Count(counts, decision);
                await writer.WriteRowAsync(open[index].Id, decisions, cancellationToken);
                written++;
            }
            open.Clear();
        }
    }

    private static void Count(SortedDictionary<string, long> counts, LabelDecision decision)
    {
        var answer = decision.Status switch
        {
            DecisionStatus.Decided => decision.Label,
            DecisionStatus.Abstained => "abstained",
            DecisionStatus.Unsure => "unsure",
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision.Status, "unknown status"),
        };
        var key = $"{decision.Taxonomy}/{answer}";
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }
}
