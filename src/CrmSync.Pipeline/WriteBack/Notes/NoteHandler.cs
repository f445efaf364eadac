using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;

namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>
/// Writes one brief to its account, or takes its note back. "Sending" is saved before any request leaves; a request that nobody answered, a killed process included, is settled by looking
/// among the account's notes for the reference, and only where it is not there the note is sent again. A connection that is not set to write sends nothing.
/// </summary>
public sealed class NoteHandler(INoteStore notes, ConnectionDirectory connections, FailurePolicy policy, RequestMeter meter, NoteOptions options) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Note;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var work = await notes.ReadNoteWorkAsync(context.Batch.Id, cancellationToken);
        var permission = new WritePermission(connections, context);
        // The person who asked has let it go by that; what the connection allows now decides the rest.
        if (work is null || !await permission.AllowsAsync([], cancellationToken))
            yield break;
        if (context.Connector.Notes is not { } writer)
        {
            var unsupported = NoteCodes.Of("note.unsupported");
            yield return End(context, work.Status is NoteStatus.Removing ? Stays(work, unsupported) : Failed(work, unsupported) with { NothingWritten = work.SentAt is null });
            yield break;
        }
        var steps = work.Status is NoteStatus.Removing
            ? RemoveAsync(context, permission, writer, work, cancellationToken)
            : WriteAsync(context, permission, writer, work, cancellationToken);
        await foreach (var step in steps)
            yield return step;
    }

    private async IAsyncEnumerable<LedgerChange> WriteAsync(
        BatchContext context, WritePermission permission, INoteWriter writer, NoteWork work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (work.SentAt is { } sent)
        {
            if (work.SinceSent < options.SettleAfter)
            {
                var until = context.Clock.GetUtcNow() + (options.SettleAfter - work.SinceSent);
                var settling = NoteCodes.Of("note.settling");
                yield return new LedgerChange { Ending = new BatchEnding.Snooze(until, settling.Code, $"{settling.Message} {settling.Fix}") };
                yield break;
            }
            var found = await writer.FindAsync(new NoteSearch(work.Account, work.Reference, sent), cancellationToken);
            if (!found.Succeeded || found.Value is not null)
            {
                yield return found.Succeeded
                    ? End(context, new NoteChange(work.NoteId, NoteStatus.Written) { Record = found.Value, Code = "note.settled_written" })
                    : Open(context, work, found.Failure, NoteStatus.Sending, NoteStatus.Failed);
                yield break;
            }
            yield return new LedgerChange
            {
                Notes = [new NoteChange(work.NoteId, NoteStatus.Waiting) { Code = "note.settled_not_written", NothingWritten = true }], Requests = meter.Take(context.Connector),
            };
        }

        var prepared = await PrepareAsync(writer, work, cancellationToken);
        if (!prepared.Succeeded)
        {
            yield return prepared.Failure.Category is FailureCategory.Reject or FailureCategory.Gone
                ? End(context, Failed(work, prepared.Failure))
                : Open(context, work, prepared.Failure, NoteStatus.Waiting, NoteStatus.Failed, nothingWritten: true);
            yield break;
        }
        if (!context.HasRoomForCall)
            yield return LedgerChange.Renewal;
        // Between the claim and the request a person may have paused the connection.
        if (!await permission.AllowsAsync([], cancellationToken))
            yield break;
        var (text, place) = prepared.Value;
        yield return new LedgerChange { Notes = [new NoteChange(work.NoteId, NoteStatus.Sending) { Fingerprint = text.FingerprintAt(place) }], Requests = meter.Take(context.Connector) };
        var draft = new NoteDraft(place, work.Account, text.Title, text.Body, context.Clock.GetUtcNow());
        var answer = await permission.WatchAsync(token => writer.WriteAsync(draft, token), [], cancellationToken);
        yield return answer.Succeeded
            ? End(context, new NoteChange(work.NoteId, NoteStatus.Written) { Record = answer.Value })
            : AfterWrite(context, work, Without(answer.Failure, text));
    }

    private LedgerChange AfterWrite(BatchContext context, NoteWork work, Failure failure) => failure.Category switch
    {
        FailureCategory.Unknown => Open(context, work, failure, NoteStatus.Sending, NoteStatus.Failed),
        FailureCategory.Reject or FailureCategory.Gone => End(context, Failed(work, failure)),
        FailureCategory.Retry or FailureCategory.Wait or FailureCategory.Stop => Open(context, work, failure, NoteStatus.Waiting, NoteStatus.Failed, nothingWritten: true),
    };

    private async IAsyncEnumerable<LedgerChange> RemoveAsync(
        BatchContext context, WritePermission permission, INoteWriter writer, NoteWork work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (work.Record is not { } record)
        {
            yield return End(context, Stays(work, NoteCodes.Of("note.not_written")));
            yield break;
        }
        var stored = await writer.ReadAsync(record, cancellationToken);
        if (!stored.Succeeded)
        {
            yield return Open(context, work, stored.Failure, NoteStatus.Removing, NoteStatus.Written);
            yield break;
        }
        if (stored.Value is not { } note)
        {
            yield return End(context, new NoteChange(work.NoteId, NoteStatus.Removed) { Code = "note.already_gone" });
            yield break;
        }
        if (NoteText.Fingerprint(note.Title, note.Body, note.Form) != work.Fingerprint)
        {
            yield return End(context, Stays(work, NoteCodes.Of("note.changed")));
            yield break;
        }
        if (!context.HasRoomForCall)
            yield return LedgerChange.Renewal;
        if (!await permission.AllowsAsync([], cancellationToken))
            yield break;
        var removed = await permission.WatchAsync(token => writer.RemoveAsync(record, token), [], cancellationToken);
        yield return removed.Succeeded || removed.Failure.Category is FailureCategory.Gone
            ? End(context, new NoteChange(work.NoteId, NoteStatus.Removed))
            // Taking away is safe to repeat, so it needs no settling.
            : Open(context, work, removed.Failure, NoteStatus.Removing, NoteStatus.Written);
    }

    private static async Task<Result<(NoteText Text, NotePlace Place)>> PrepareAsync(INoteWriter writer, NoteWork work, CancellationToken cancellationToken)
    {
        if (work.Content is not { } brief)
            return NoteCodes.Of("note.words_gone");
        if (work.IsAccountGone)
            return NoteCodes.Of("note.account_gone");
        var place = await writer.FindPlaceAsync(cancellationToken);
        return place.Succeeded ? (BriefNote.Of(brief, work.BriefId, work.Reference, place.Value), place.Value) : place.Failure;
    }

    // A failure that leaves the note open: tried again as the house tries things again, and given up where it gives up.
    private LedgerChange Open(BatchContext context, NoteWork work, Failure failure, NoteStatus open, NoteStatus givenUp, bool nothingWritten = false)
    {
        var ending = policy.EndingFor(failure, context.Batch.Attempt);
        var told = Told(work, failure) with { Status = open, NothingWritten = nothingWritten };
        return ending is BatchEnding.Discard discard
            ? End(context, told with { Status = givenUp, Code = discard.Code, Message = discard.Message })
            : new LedgerChange { Notes = [told], Requests = meter.Take(context.Connector), Ending = ending };
    }

    private LedgerChange End(BatchContext context, NoteChange change) =>
        new() { Notes = [change], Requests = meter.Take(context.Connector), Ending = new BatchEnding.Completed() };

    private static NoteChange Failed(NoteWork work, Failure failure) => Told(work, failure) with { Status = NoteStatus.Failed, NothingWritten = true };

    private static NoteChange Stays(NoteWork work, Failure failure) => Told(work, failure) with { Status = NoteStatus.Written };

    private static NoteChange Told(NoteWork work, Failure failure) => new(work.NoteId, work.Status)
    {
        Code = failure.Code, Message = $"{failure.Message} {failure.Fix}".TrimEnd(), RemoteMessage = failure.RemoteMessage, CorrelationId = failure.CorrelationId,
    };

    // A CRM may repeat in its refusal what it was sent; the text of a brief stands in one place only.
    private static Failure Without(Failure failure, NoteText text) =>
        failure.RemoteMessage is { } words && text.Blocks.Any(block => block.Text.Length >= 12 && words.Contains(block.Text[..Math.Min(24, block.Text.Length)], StringComparison.OrdinalIgnoreCase))
            ? failure with { RemoteMessage = null }
            : failure;
}
