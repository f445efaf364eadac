using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;

namespace CrmSync.Pipeline.Segments.Conversations;

/// <summary>What a person makes of a message.</summary>
/// <param name="Message">Id of the message.</param>
/// <param name="Section">Where it belongs in the pack.</param>
/// <param name="Tier">How much it matters.</param>
/// <param name="Topic">What it is about; may be empty.</param>
/// <param name="Text">The words; null for those of the message.</param>
public sealed record InsightWish(long Message, PackSection Section, PackTier Tier, string Topic, string? Text);

/// <summary>Holds the conversations of segments on the ledger; command and page go through it. Of each segment it reads that one's pack, accounts and thread and nothing else. Thread-safe.</summary>
public sealed class ThreadDesk(IThreadStore threads, ISegmentFactsReader facts, IPackStore packs, Specialist specialist, TimeProvider time)
{
    /// <summary>Most messages of a thread that an answer looks back at; older ones stay in the thread.</summary>
    public const int MostMessages = 1_000;

    /// <summary>Asks a segment's specialist, and keeps question and answer.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="question">The question.</param>
    /// <param name="person">Account name of the person.</param>
    /// <param name="cancellationToken">Stops it; then nothing is kept.</param>
    public async Task<Result<(ThreadMessage Question, ThreadMessage Answer)>> AskAsync(string segment, string question, string person, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentException.ThrowIfNullOrWhiteSpace(person);
        if (await facts.ReadSegmentAsync(segment, cancellationToken) is not { } known)
            return SpecialistFailures.UnknownSegment(segment);
        if (await packs.ReadNewestAsync(segment, cancellationToken) is not { } pack)
            return SpecialistFailures.NoPack(segment);
        var thread = await threads.ReadThreadAsync(segment, MostMessages, cancellationToken);
        var scope = SegmentScope.Of(pack, known, thread.Messages, thread.Summary);
        if (!scope.Succeeded)
            return scope.Failure;
        var asked = time.GetUtcNow();
        var answer = await specialist.AskAsync(scope.Value, question, cancellationToken);
        if (!answer.Succeeded)
            return answer.Failure;
        var said = answer.Value;
        return await threads.AppendAsync(
            new ThreadMessage("", segment, ThreadRole.Person, person, asked, await specialist.CleanAsync(question, cancellationToken)),
            new ThreadMessage("", segment, ThreadRole.Specialist, said.By.ToString(), time.GetUtcNow(), said.Text) { Citations = said.Citations, Notices = said.Notices },
            said.Summary, cancellationToken);
    }

    /// <summary>Proposes a message for the pack. The same message is proposed once per section.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="wish">The message and what to make of it.</param>
    /// <param name="person">Account name of the person.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether it is a new proposal.</returns>
    public async Task<Result<bool>> MarkAsync(string segment, InsightWish wish, string person, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (await packs.ReadNewestAsync(segment, cancellationToken) is not { } pack)
            return SpecialistFailures.NoPack(segment);
        IReadOnlyList<ThreadMessage> marked = await threads.ReadMessageAsync(segment, wish.Message, cancellationToken) is { ErasedAt: null } message ? [message] : [];
        var scope = SegmentScope.Of(pack, new SegmentFacts(segment, pack.Name, []), marked);
        if (!scope.Succeeded)
            return scope.Failure;
        var text = wish.Text is { } words ? await specialist.CleanAsync(words, cancellationToken) : null;
        var proposal = Insights.Propose(
            scope.Value, FormattableString.Invariant($"{wish.Message}"), wish.Section, await specialist.CleanAsync(wish.Topic, cancellationToken), wish.Tier, person, time.GetUtcNow(), text);
        return proposal.Succeeded ? await packs.ProposeAsync([proposal.Value], person, cancellationToken) > 0 : proposal.Failure;
    }
}
