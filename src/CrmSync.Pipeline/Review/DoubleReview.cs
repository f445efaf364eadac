using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Review;

/// <summary>Which corrections a second person judges, too, without seeing the first answer. Pure.</summary>
public static class DoubleReview
{
    /// <summary>Key of the setting that holds the share, in per cent.</summary>
    public const string ShareSetting = "review/double-share";

    /// <summary>Share of corrections, in per cent, unless somebody sets another.</summary>
    public const int DefaultShare = 10;

    /// <summary>Whether a correction is drawn: by its content, so that asking again gives the same answer, and evenly over all contents.</summary>
    /// <param name="taxonomy">Taxonomy id.</param>
    /// <param name="contentHash">Of what was judged.</param>
    /// <param name="share">0 to 100, in per cent.</param>
    public static bool IsDrawn(string taxonomy, string contentHash, int share)
    {
        ArgumentNullException.ThrowIfNull(taxonomy);
        ArgumentNullException.ThrowIfNull(contentHash);
        // FNV-1a over both, mixed once more by the lot.
        var hash = 14695981039346656037UL;
        foreach (var c in contentHash)
            hash = unchecked((hash ^ c) * 1099511628211UL);
        return AuditLot.Draw(seed: 2, taxonomy, (long)(hash >> 1), highest: 100) <= share;
    }
}

/// <summary>Two people's answers to one question about one text.</summary>
/// <param name="First">Who answered first.</param>
/// <param name="Second">Who answered without seeing that.</param>
/// <param name="FirstLabel">Label id; null for "no definition covers it".</param>
/// <param name="SecondLabel">Label id; null for "no definition covers it".</param>
public sealed record PairedAnswer(string First, string Second, string? FirstLabel, string? SecondLabel);

/// <summary>How far two people agree.</summary>
/// <param name="One">The one whose name comes first.</param>
/// <param name="Other">The other; both are empty for all pairs together.</param>
/// <param name="Agreed">Rows with the same answer, of all that both judged.</param>
/// <param name="Kappa">Beyond chance; null where it cannot be measured.</param>
public sealed record PairAgreement(string One, string Other, Share Agreed, Kappa? Kappa);

/// <summary>Measures agreement. Pure.</summary>
public static class Agreement
{
    /// <summary>All pairs together first, then each pair, those with the most rows first; empty without answers.</summary>
    public static IReadOnlyList<PairAgreement> Measure(IReadOnlyList<PairedAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (answers.Count == 0)
            return [];
        var pairs = answers.Select(Ordered).GroupBy(answer => (answer.First, answer.Second))
            .Select(group => Of(group.Key.First, group.Key.Second, [.. group]))
            .OrderByDescending(pair => pair.Agreed.Of).ThenBy(pair => pair.One, StringComparer.Ordinal).ThenBy(pair => pair.Other, StringComparer.Ordinal);
        return [Of("", "", answers), .. pairs];
    }

    // Who came first is chance; a pair is the same both ways round.
    private static PairedAnswer Ordered(PairedAnswer answer) => string.CompareOrdinal(answer.First, answer.Second) <= 0
        ? answer
        : new PairedAnswer(answer.Second, answer.First, answer.SecondLabel, answer.FirstLabel);

    private static PairAgreement Of(string one, string other, IReadOnlyList<PairedAnswer> answers)
    {
        List<string> labels = [.. answers.SelectMany(answer => new[] { answer.FirstLabel, answer.SecondLabel }).Select(label => label ?? "").Distinct()];
        var matrix = new ConfusionMatrix(labels.Count);
        foreach (var answer in answers)
            matrix.Add(labels.IndexOf(answer.FirstLabel ?? ""), labels.IndexOf(answer.SecondLabel ?? ""));
        return new PairAgreement(one, other, new Share(matrix.Right, matrix.Rows), CohenKappa.Measure(matrix));
    }
}
