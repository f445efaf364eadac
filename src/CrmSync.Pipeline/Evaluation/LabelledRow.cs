using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>One activity with the answers that people gave.</summary>
/// <param name="Id">The row's own id, for reports.</param>
/// <param name="Content">The activity.</param>
/// <param name="Labels">
/// The right answer by taxonomy id: a label id, or null for "no definition covers it". A taxonomy that is missing was not judged.
/// </param>
public sealed record LabelledRow(string Id, ActivityContent Content, IReadOnlyDictionary<string, string?> Labels)
{
    /// <summary>Line in its file, from 1; 0 for a row that comes from no file.</summary>
    public long Line { get; init; }

    /// <summary>Writer or source, where figures are wanted apart; empty where nothing is known.</summary>
    public string Group { get; init; } = "";

    /// <summary>Whether careful people could argue about the row; null where nobody said.</summary>
    public bool? IsHard { get; init; }

    /// <summary>A training row that is used for judging. Its weight is left aside: here every row counts once.</summary>
    public static LabelledRow From(TrainingRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new LabelledRow(row.Id, row.Content, row.Labels) { Group = row.Group };
    }
}

/// <summary>A labelled row and what was decided about it.</summary>
/// <param name="Row">The row.</param>
/// <param name="Decisions">At most one decision per taxonomy; a taxonomy that was not asked (its types leave the row out) has none.</param>
public sealed record JudgedRow(LabelledRow Row, IReadOnlyList<LabelDecision> Decisions)
{
    /// <summary>Tokens that a hosted model took for this row; none with local steps alone.</summary>
    public TokenUsage Usage { get; init; }

    /// <summary>US dollars that a hosted model took for this row; 0 with local steps alone.</summary>
    public decimal CostUsd { get; init; }
}
