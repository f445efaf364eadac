using System.Globalization;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// Judges every row by a model that saw no row of its writer. Rows of one writer resemble each other in tone, industry and habits of labelling, so a random
/// split would flatter.
/// </summary>
internal static class CrossValidation
{
    /// <summary>Fits one model per part to the other parts.</summary>
    public static ValidationScores Run(TrainingSet set, TrainingOptions options, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var parts = Divide(set.Rows, options.Folds);
        var scores = new float[set.Rows.Count][][];
        var done = 0;
        Parallel.ForEach(parts, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, part =>
        {
            HashSet<int> held = [.. part];
            IReadOnlyList<int> seen = [.. Enumerable.Range(0, set.Rows.Count).Where(row => !held.Contains(row))];
            var table = set.Table(seen, options.MinRows);
            var input = new SparseInput();
            var network = NetworkTrainer.Fit(
                [.. seen.Select(row => set.Sample(row, table, input))], set.Heads, table.Hashes.Count, options, cancellationToken);
            var hidden = new float[network.Width];
            var scaled = new FeatureTable(table.Hashes, network.Scales);
            foreach (var row in part)
            {
                var sample = set.Sample(row, scaled, input);
                network.Activate(sample.Rows, sample.Values, hidden);
                scores[row] = ScoresOf(network, hidden, set.Heads);
            }
            progress?.Report(string.Create(CultureInfo.InvariantCulture, $"Validated part {Interlocked.Increment(ref done)} of {parts.Count}"));
        });
        return new ValidationScores(scores, parts.Count);
    }

    private static float[][] ScoresOf(Network network, float[] hidden, IReadOnlyList<HeadShape> heads)
    {
        var scores = new float[heads.Count][];
        for (int head = 0, start = 0; head < heads.Count; start += heads[head].Length, head++)
        {
            scores[head] = new float[heads[head].Length];
            network.Scores(hidden, start, scores[head]);
        }
        return scores;
    }

    /// <summary>Writers dealt into parts of about equal size, largest first. A single writer cannot be divided by writer: then by row.</summary>
    private static List<List<int>> Divide(IReadOnlyList<TrainingRow> rows, int folds)
    {
        var byGroup = Enumerable.Range(0, rows.Count).GroupBy(row => rows[row].Group).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        List<List<int>> writers = byGroup.Count > 1 ? [.. byGroup.Select(group => group.ToList())] : [.. Enumerable.Range(0, rows.Count).Select(row => (List<int>)[row])];
        List<List<int>> parts = [.. Enumerable.Range(0, Math.Min(folds, writers.Count)).Select(_ => new List<int>())];
        foreach (var writer in writers.OrderByDescending(rows => rows.Count))
            parts.MinBy(part => part.Count)!.AddRange(writer);
        return parts;
    }
}

/// <summary>Raw scores for every row by a model that had not seen its writer.</summary>
/// <param name="Scores">By row and head.</param>
/// <param name="Folds">Parts that were made.</param>
internal sealed record ValidationScores(float[][][] Scores, int Folds);
