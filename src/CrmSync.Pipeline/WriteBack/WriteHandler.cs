using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>
/// Writes a batch of intents: reads what the records hold, judges whose it is, saves "sending" with the value read before any request leaves, sends,
/// saves what became of each record, and settles what nobody answered by reading. A connection that is not set to write sends nothing; whether it is, is asked
/// before every chunk, and again while one waits.
/// </summary>
public sealed class WriteHandler(IWorkReader work, ConnectionDirectory connections, FailurePolicy policy, RequestMeter meter, RaceWatch races) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Write;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(
        BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var intents = await work.ReadIntentsAsync(context.Batch.Id, cancellationToken);
        var permission = new WritePermission(connections, context);
        // A batch that was put together before the mode changed lets go of all that it covers; the next gathering takes what may still go.
        if (intents.Count == 0 || !await permission.AllowsAsync(intents, cancellationToken))
            yield break;

        var objectType = intents[0].TargetType;
        var items = intents.GroupBy(intent => intent.TargetId).Select(group => new RecordItem(group.Key, [.. group])).ToList();
        var states = await ReadAsync(context, items, cancellationToken);
        if (!states.Succeeded)
        {
            yield return Ended(context, states.Failure);
            yield break;
        }

        // Who set what is kept is asked when all is sent: the question is slow, and would widen the window between reading and writing.
        var race = races.For(context, permission, objectType);
        var verdicts = GuardRead.Judge(items, states.Value, context.Connector.Writer.Names, objectType);
        var kept = verdicts.Changes.Where(change => change.Status == IntentStatus.Kept).ToList();
        await foreach (var change in race.SaveAsync([.. verdicts.Changes.Except(kept)], items, states.Value, cancellationToken))
            yield return change;

        var attempt = new WriteAttempt(context, permission, objectType, states.Value);
        if (verdicts.Sending.Count > 0)
        {
            await foreach (var change in SendAsync(context, permission, verdicts.Sending, attempt, race, kept, cancellationToken))
                yield return change;
        }
        if (kept.Count > 0)
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var told = await KeptOrigins.AddAsync(kept, items, context.Connector.Writer, objectType, cancellationToken);
            yield return new LedgerChange { Intents = told, Requests = meter.Take(context.Connector) };
        }
        yield return (attempt.OpenFailure ?? race.OpenFailure) is { } failure ? Ended(context, failure) : new LedgerChange { Ending = new BatchEnding.Completed() };
    }

    private async IAsyncEnumerable<LedgerChange> SendAsync(
        BatchContext context, WritePermission permission, IReadOnlyList<RecordItem> sending, WriteAttempt attempt, RaceCheckOfBatch race, List<IntentChange> kept,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var chunks = new Stack<IReadOnlyList<RecordItem>>([sending]);
        var isFresh = true;
        while (chunks.TryPop(out var chunk))
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            if (!isFresh)
            {
                // A half of a refused chunk was read before that was sent; somebody may have changed it since.
                var (changes, still) = await LookAgainAsync(context, chunk, chunks, attempt, cancellationToken);
                kept.AddRange(changes.Where(change => change.Status is IntentStatus.Kept));
                yield return new LedgerChange { Intents = [.. changes.Where(change => change.Status is not IntentStatus.Kept)], Requests = meter.Take(context.Connector) };
                if (still.Count == 0)
                    continue;
                chunk = still;
                if (!context.HasRoomForCall)
                    yield return LedgerChange.Renewal;
            }
            // Between reading and sending, and between two chunks, a person may have paused the connection.
            if (!await permission.AllowsAsync(sending.SelectMany(item => item.Intents), cancellationToken))
            {
                yield return new LedgerChange { Intents = [.. chunks.Prepend(chunk).SelectMany(LetGo)] };
                break;
            }
            var sent = await attempt.SendAsync(chunk, chunks, cancellationToken);
            isFresh = false;
            await foreach (var change in race.SaveAsync(sent, chunk, attempt.Seen, cancellationToken))
                yield return change;
        }

        if (attempt.Unanswered.Count > 0)
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var settled = await attempt.SettleAsync(cancellationToken);
            await foreach (var change in race.SaveAsync(settled, attempt.Unanswered, attempt.Seen, cancellationToken))
                yield return change;
        }
    }

    private static async Task<(IReadOnlyList<IntentChange> Changes, IReadOnlyList<RecordItem> Sending)> LookAgainAsync(
        BatchContext context, IReadOnlyList<RecordItem> chunk, Stack<IReadOnlyList<RecordItem>> chunks, WriteAttempt attempt, CancellationToken cancellationToken)
    {
        var states = await ReadAsync(context, chunk, cancellationToken);
        if (!states.Succeeded)
            return (attempt.LetGo(chunk, chunks, states.Failure), []);
        var names = context.Connector.Writer.Names;
        // All that is here was judged fit to be sent; nobody knows of a request of theirs that is still open.
        IReadOnlyList<RecordItem> items = [.. chunk.Select(item => item with
        {
            Intents = [.. item.Intents.Select(intent => intent with { Status = IntentStatus.Pending })],
        })];
        var verdicts = GuardRead.Judge(items, states.Value, names, chunk[0].Intents[0].TargetType);
        var known = chunk.SelectMany(item => item.Intents).ToDictionary(intent => intent.IntentId);
        var news = verdicts.Changes.Where(change => change.Status is not IntentStatus.Sending || Differs(attempt.Seen, known[change.IntentId], change.ValueBefore, change.ShadowBefore, names)).ToList();
        attempt.See(states.Value);
        return (news, verdicts.Sending);
    }

    // "Sending" is saved already, with what was read then.
    private static bool Differs(
        IReadOnlyDictionary<string, RecordState> seen, IntentWork intent, string? value, string? shadow, IPropertyNames names) =>
        seen.GetValueOrDefault(intent.TargetId)?.Values is not { } values
        || !Ownership.Same(values.GetValueOrDefault(intent.Property), value) || !Ownership.Same(values.GetValueOrDefault(names.Shadow(intent.Property)), shadow);

    private static Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadAsync(
        BatchContext context, IReadOnlyList<RecordItem> items, CancellationToken cancellationToken)
    {
        var writer = context.Connector.Writer;
        return writer.ReadAsync(
            items[0].Intents[0].TargetType, [.. items.Select(item => item.TargetId)], GuardRead.PropertiesOf(items, writer.Names), cancellationToken);
    }

    private static IEnumerable<IntentChange> LetGo(IReadOnlyList<RecordItem> chunk) =>
        chunk.SelectMany(item => item.Intents).Select(intent => new IntentChange(intent.IntentId, IntentStatus.Pending));

    private LedgerChange Ended(BatchContext context, Failure failure) => new()
    {
        Requests = meter.Take(context.Connector),
        Ending = policy.EndingFor(failure, context.Batch.Attempt),
    };
}
