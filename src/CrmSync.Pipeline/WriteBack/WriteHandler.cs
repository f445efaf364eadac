using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>
/// Writes a batch of intents: reads what the records hold, judges whose it is, saves "sending" with the value read before any request leaves, sends,
/// saves what became of each record, and settles what nobody answered by reading. A connection that is not set to write sends nothing; whether it is, is asked
/// before every chunk, and again while one waits.
/// </summary>
public sealed class WriteHandler(IWorkReader work, ConnectionDirectory connections, FailurePolicy policy, RequestMeter meter) : IBatchHandler
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

        var verdicts = GuardRead.Judge(items, states.Value, context.Connector.Writer.Names, objectType);
        verdicts = verdicts with
        {
            Changes = await KeptOrigins.AddAsync(verdicts.Changes, items, context.Connector.Writer, objectType, cancellationToken),
        };
        if (verdicts.Sending.Count == 0)
        {
            yield return new LedgerChange { Intents = verdicts.Changes, Requests = meter.Take(context.Connector), Ending = new BatchEnding.Completed() };
            yield break;
        }
        yield return new LedgerChange { Intents = verdicts.Changes, Requests = meter.Take(context.Connector) };

        var attempt = new WriteAttempt(context, permission, objectType, states.Value);
        var chunks = new Stack<IReadOnlyList<RecordItem>>([verdicts.Sending]);
        while (chunks.TryPop(out var chunk))
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            if (!await permission.AllowsAsync(verdicts.Sending.SelectMany(item => item.Intents), cancellationToken))
            {
                yield return new LedgerChange { Intents = [.. chunks.Prepend(chunk).SelectMany(LetGo)] };
                break;
            }
            var changes = await attempt.SendAsync(chunk, chunks, cancellationToken);
            yield return new LedgerChange { Intents = changes, Requests = meter.Take(context.Connector) };
        }

        if (attempt.Unanswered.Count > 0)
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var settled = await attempt.SettleAsync(cancellationToken);
            yield return new LedgerChange { Intents = settled, Requests = meter.Take(context.Connector) };
        }
        yield return attempt.OpenFailure is { } failure ? Ended(context, failure) : new LedgerChange { Ending = new BatchEnding.Completed() };
    }

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
