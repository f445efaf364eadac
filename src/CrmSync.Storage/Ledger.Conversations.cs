using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage;

/// <content>Briefs, and conversations about segments.</content>
public sealed partial class Ledger : IBriefStore, IThreadStore
{
    private BriefRows Briefs => new(_database);

    private ThreadRows Threads => new(_database);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BriefSubject>> FindAccountsAsync(string text, int most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        return Briefs.FindAsync(text, most, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<BriefSubject?> ReadBriefSubjectAsync(long account, CancellationToken cancellationToken) => Briefs.ReadSubjectAsync(account, cancellationToken);

    /// <inheritdoc/>
    public Task<long> AddBriefAsync(Brief brief, string by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(brief);
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        return Briefs.AddAsync(brief, by, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<GivenBrief?> ReadBriefAsync(long id, CancellationToken cancellationToken) => Briefs.ReadAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<GivenBrief>> ReadBriefsAsync(long? account, int most, CancellationToken cancellationToken) => Briefs.ReadNewestAsync(account, most, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BriefUse>> ReadUsesAsync(string segment, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(segment);
        return Briefs.ReadUsesAsync(segment, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentThread> ReadThreadAsync(string segment, int most, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(segment);
        return Threads.ReadAsync(segment, most, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ThreadMessage>> ReadMessagesAsync(string segment, long? before, int most, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(segment);
        return Threads.ReadPageAsync(segment, before, most, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ThreadMessage?> ReadMessageAsync(string segment, long id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(segment);
        return Threads.FindAsync(segment, id, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<(ThreadMessage Question, ThreadMessage Answer)> AppendAsync(ThreadMessage question, ThreadMessage answer, ThreadSummary? summary, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        if (question.Segment != answer.Segment || (summary is not null && summary.Segment != question.Segment))
            throw new ArgumentException("A question, its answer and the summary before them belong to one segment.", nameof(answer));
        return Threads.AppendAsync(question, answer, summary, cancellationToken);
    }
}
