using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// Notes with their topics. Where the endpoint fails, the notes of that call and all later ones come without topics and <see cref="Failure"/> says why: words alone still find
/// segments. Only the first reading asks the endpoint; later ones want texts. Not thread-safe.
/// </summary>
/// <param name="inner">The notes.</param>
/// <param name="topics">The topics.</param>
/// <param name="vectors">The endpoint.</param>
public sealed class TopicNotes(INoteSource inner, VectorTopics topics, ITextVectors vectors) : INoteSource
{
    private bool _isRead;

    /// <summary>Why some notes have no topics; null where all have.</summary>
    public Failure? Failure { get; private set; }

    /// <inheritdoc/>
    public async IAsyncEnumerable<AccountNote> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<AccountNote> batch = new(vectors.MostTexts);
        await foreach (var note in inner.ReadAsync(cancellationToken))
        {
            if (_isRead || Failure is not null)
            {
                foreach (var waiting in batch)
                    yield return waiting;
                batch.Clear();
                yield return note;
                continue;
            }
            batch.Add(note);
            if (batch.Count < vectors.MostTexts)
                continue;
            foreach (var tagged in await TagAsync(batch, cancellationToken))
                yield return tagged;
            batch.Clear();
        }
        foreach (var tagged in _isRead || Failure is not null ? batch : await TagAsync(batch, cancellationToken))
            yield return tagged;
        _isRead = true;
    }

    private async Task<IReadOnlyList<AccountNote>> TagAsync(List<AccountNote> batch, CancellationToken cancellationToken)
    {
        AccountNote[] withText = [.. batch.Where(note => !string.IsNullOrWhiteSpace(note.Text))];
        if (withText.Length == 0)
            return [.. batch];
        var embedded = await vectors.EmbedAsync([.. withText.Select(note => note.Text)], cancellationToken);
        if (!embedded.Succeeded)
        {
            Failure = embedded.Failure;
            return [.. batch];
        }
        var next = 0;
        return [.. batch.Select(note => string.IsNullOrWhiteSpace(note.Text) ? note : note with { Topics = topics.Read(embedded.Value[next++]) })];
    }
}
