using CrmSync.Pipeline.Classification.Learning;

namespace CrmSync.Pipeline.Review;

/// <summary>
/// Keeps what people say about labels. A correction binds while the activity has the content that was judged: no automatic decision takes its place. When
/// the content changes it no longer binds, but goes on teaching with the text that it was said about.
/// </summary>
public interface ICorrectionStore
{
    /// <summary>The activities that names stand for, in the same order; null where there is none, or where several answer to the name.</summary>
    Task<IReadOnlyList<JudgedActivity?>> FindAsync(IReadOnlyList<ActivityName> names, CancellationToken cancellationToken);

    /// <summary>
    /// Stores corrections, the decisions that they are and the writes that follow, all or none, in one transaction. Of two about the same label of one
    /// activity the last one counts.
    /// </summary>
    Task<CorrectionsSaved> SaveAsync(IReadOnlyList<NewCorrection> corrections, CorrectionSource source, string actor, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a correction back. The correction before it stands again, else the last automatic answer to the same content, else the activity is decided anew;
    /// a label that only the correction had put into the CRM is taken out again. The row itself stays, with who took it back and when.
    /// </summary>
    Task<UndoOutcome> UndoAsync(long correctionId, string actor, CancellationToken cancellationToken);

    /// <summary>People's edits in the CRM that nobody has looked at, oldest first.</summary>
    Task<IReadOnlyList<CrmEdit>> ReadEditsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Marks edits as looked at, where nothing is to be learned from them.</summary>
    Task MarkEditsSeenAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken);

    /// <summary>
    /// What people's standing corrections teach, one row per judged content, ordered by the first correction of it. The id is
    /// <c>correction/ACTIVITY/NUMBER</c>, the group connection and owner: the writer.
    /// Texts are personal data: never log them.
    /// </summary>
    IAsyncEnumerable<TrainingRow> ReadTrainingRowsAsync(double weight, CancellationToken cancellationToken);
}
