using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Storage.Notes;

namespace CrmSync.Storage;

/// <content>Briefs that are written to their accounts as notes.</content>
public sealed partial class Ledger : INoteStore
{
    private NoteRows Notes => new(_database);

    /// <inheritdoc/>
    public Task<Result<(NoteState Note, bool IsNew)>> AskNoteAsync(long brief, string person, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(person);
        return Notes.AskAsync(brief, person, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<NoteState>> ActOnNoteAsync(long note, NoteAct act, string person, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(person);
        return Notes.ActAsync(note, act, person, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<NoteState?> FindNoteAsync(long brief, CancellationToken cancellationToken) => Notes.FindOfBriefAsync(brief, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NoteState>> ReadNotesAsync(long account, int most, CancellationToken cancellationToken) => Notes.ReadNewestAsync(account, most, cancellationToken);

    /// <inheritdoc/>
    public Task<NoteWork?> ReadNoteWorkAsync(long batchId, CancellationToken cancellationToken) => Notes.ReadWorkAsync(batchId, cancellationToken);
}
