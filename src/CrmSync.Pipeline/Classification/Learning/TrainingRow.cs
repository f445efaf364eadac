using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>One labelled activity to learn from or to be judged by.</summary>
/// <param name="Id">Unique within its source, for reports.</param>
/// <param name="Group">
/// Writer or source. Rows of one group never stand on both sides of a validation split, so that validation meets new writers.
/// </param>
/// <param name="Content">The activity.</param>
/// <param name="Labels">
/// The right answer by taxonomy id: a label id, or null for "no definition covers it". A taxonomy that is missing was not judged.
/// </param>
/// <param name="Weight">How much the row counts, above 0; 1 for a file's row. A person's correction may count more.</param>
public sealed record TrainingRow(
    string Id, string Group, ActivityContent Content, IReadOnlyDictionary<string, string?> Labels, double Weight = 1)
{
    /// <summary>
    /// Whether the row was picked or written because it is hard, and not drawn as activities come. Such a row teaches, but how often answers are right, and which label how often, is
    /// read off the others.
    /// </summary>
    public bool IsChosen { get; init; }
}
