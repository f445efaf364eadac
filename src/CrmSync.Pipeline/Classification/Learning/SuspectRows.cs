using System.Globalization;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>A training row whose given label is likely wrong.</summary>
/// <param name="Row">The row.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Given">The given label; null: no definition covers it.</param>
/// <param name="Likely">The label that it more likely has.</param>
/// <param name="Margin">Probability of the given label minus that of the likely one, -1 to 1.</param>
public sealed record SuspectRow(TrainingRow Row, string Taxonomy, string? Given, string? Likely, double Margin);

/// <summary>Finds likely label errors among training rows. Pure.</summary>
public static class SuspectRows
{
    /// <summary>Suspect rows of all taxonomies, the likeliest errors first.</summary>
    /// <param name="unseen">What models think of rows whose writers they had not seen.</param>
    public static IReadOnlyList<SuspectRow> Find(IReadOnlyList<UnseenRow> unseen)
    {
        ArgumentNullException.ThrowIfNull(unseen);
        return [.. unseen.SelectMany(row => row.Opinions).Select(opinion => opinion.Taxonomy).Distinct().SelectMany(taxonomy => FindOf(unseen, taxonomy)).OrderBy(row => row.Margin)];
    }

    private static IEnumerable<SuspectRow> FindOf(IReadOnlyList<UnseenRow> unseen, string taxonomy)
    {
        List<OutOfFold> judged = [];
        IReadOnlyList<LabelScore> labels = [];
        for (var at = 0; at < unseen.Count; at++)
        {
            if (!unseen[at].Row.Labels.TryGetValue(taxonomy, out var given) || unseen[at].Opinions.FirstOrDefault(one => one.Taxonomy == taxonomy) is not { } opinion)
                continue;
            labels = opinion.Scores;
            if (IndexOf(opinion.Scores, given) is { } index)
                judged.Add(new OutOfFold(at.ToString("D9", CultureInfo.InvariantCulture), index, [.. opinion.Scores.Select(score => score.Probability)]));
        }
        return labels.Count < 2 ? [] : LabelErrors.Find(judged, labels.Count).Select(error => new SuspectRow(
            unseen[int.Parse(error.Id, CultureInfo.InvariantCulture)].Row, taxonomy, labels[error.Given].Label, labels[error.Likely].Label, error.Margin));
    }

    private static int? IndexOf(IReadOnlyList<LabelScore> scores, string? label)
    {
        for (var i = 0; i < scores.Count; i++)
            if (scores[i].Label == label)
                return i;
        return null;
    }
}
