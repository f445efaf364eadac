namespace CrmSync.Pipeline.Segments.Documents;

/// <summary>Where notes come from. Read once to find segments and once more for the few notes that are quoted, so that text never has to be held.</summary>
public interface INoteSource
{
    /// <summary>All notes, in an order that is the same every time; those of one account may stand apart.</summary>
    IAsyncEnumerable<AccountNote> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>Notes that are in memory already.</summary>
/// <param name="notes">The notes.</param>
public sealed class NoteList(IReadOnlyList<AccountNote> notes) : INoteSource
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<AccountNote> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var note in notes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return note;
        }
        await Task.CompletedTask;
    }
}
