namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>The thread of a segment as the next question sees it.</summary>
/// <param name="Messages">Messages with words, oldest first.</param>
/// <param name="Summary">The last summary of its older part; null where there is none.</param>
public sealed record SegmentThread(IReadOnlyList<ThreadMessage> Messages, ThreadSummary? Summary);

/// <summary>Threads of segments in the ledger. Messages hold no personal data: whoever adds them has taken it out. Thread-safe.</summary>
public interface IThreadStore
{
    /// <summary>The newest messages and the last summary.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="most">At most so many messages.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<SegmentThread> ReadThreadAsync(string segment, int most, CancellationToken cancellationToken);

    /// <summary>One part of the thread, the newest first, messages whose words went included.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="before">Older than this message; null from the newest on.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<ThreadMessage>> ReadMessagesAsync(string segment, long? before, int most, CancellationToken cancellationToken);

    /// <summary>One message of a segment's thread; null where there is none, or where it stands in another segment's.</summary>
    Task<ThreadMessage?> ReadMessageAsync(string segment, long id, CancellationToken cancellationToken);

    /// <summary>Adds a question and its answer, and the summary of what lies before them, with an audit row.</summary>
    /// <param name="question">The question; its id counts for nothing.</param>
    /// <param name="answer">The answer; its id counts for nothing.</param>
    /// <param name="summary">The summary to keep; null where there is none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Both as they are stored.</returns>
    Task<(ThreadMessage Question, ThreadMessage Answer)> AppendAsync(ThreadMessage question, ThreadMessage answer, ThreadSummary? summary, CancellationToken cancellationToken);
}
