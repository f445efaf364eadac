using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>Training rows with their features read, ready to be divided and fitted.</summary>
internal sealed class TrainingSet
{
    private readonly Feature[][] _features;

    private TrainingSet(IReadOnlyList<TrainingRow> rows, Feature[][] features, IReadOnlyList<HeadShape> heads, int[][] classes)
    {
        (Rows, _features, Heads, Classes) = (rows, features, heads, classes);
    }

    public IReadOnlyList<TrainingRow> Rows { get; }

    public IReadOnlyList<HeadShape> Heads { get; }

    /// <summary>By row: the right class by head, -1 where nobody judged.</summary>
    public int[][] Classes { get; }

    /// <summary>Reads the features of all rows.</summary>
    public static TrainingSet Read(IReadOnlyList<TrainingRow> rows, IReadOnlyList<HeadShape> heads, RulesStep rules, CancellationToken cancellationToken)
    {
        var features = new Feature[rows.Count][];
        Parallel.For(
            0, rows.Count, new ParallelOptions { CancellationToken = cancellationToken }, () => new SparseInput(),
            (i, _, input) =>
            {
                input.Read(rules.Read(rows[i].Content, ActivityZoner.Zone(rows[i].Content)), rules.Rules);
                features[i] = [.. input.Features.ToArray().DistinctBy(feature => feature.Hash)];
                return input;
            },
            _ => { });
        return new TrainingSet(rows, features, heads, [.. rows.Select(row => ClassesOf(row, heads))]);
    }

    /// <summary>The features that enough of the chosen rows hold, by ascending hash.</summary>
    public FeatureTable Table(IReadOnlyList<int> chosen, int minRows)
    {
        var counts = Count(chosen);
        return new FeatureTable([.. counts.Where(pair => pair.Value >= minRows).Select(pair => pair.Key).Order()]);
    }

    /// <summary>The rows of a table, those that most training rows hold first: in such an order most of what a text asks for stands close together in memory.</summary>
    public int[] CommonestFirst(FeatureTable table)
    {
        var counts = Count(Enumerable.Range(0, Rows.Count));
        return [.. Enumerable.Range(0, table.Hashes.Count).OrderByDescending(row => counts.GetValueOrDefault(table.Hashes[row]))];
    }

    /// <summary>A row as a network over a table sees it.</summary>
    public Sample Sample(int row, FeatureTable table, SparseInput input)
    {
        input.Resolve(table, _features[row]);
        return new Sample(input.Rows.ToArray(), input.Values.ToArray(), Classes[row], (float)Rows[row].Weight);
    }

    private Dictionary<uint, int> Count(IEnumerable<int> chosen)
    {
        Dictionary<uint, int> counts = [];
        foreach (var row in chosen)
            foreach (var feature in _features[row])
                counts[feature.Hash] = counts.GetValueOrDefault(feature.Hash) + 1;
        return counts;
    }

    private static int[] ClassesOf(TrainingRow row, IReadOnlyList<HeadShape> heads) =>
        [.. heads.Select(head => row.Labels.TryGetValue(head.Taxonomy, out var label) ? IndexOf(head, label) : -1)];

    private static int IndexOf(HeadShape head, string? label)
    {
        for (var i = 0; i < head.Labels.Count; i++)
            if (head.Labels[i] == label)
                return i;
        return -1;
    }
}
