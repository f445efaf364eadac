using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack.Previews;

/// <summary>
/// Shows what waiting writes would change: reads what their records hold now and judges it by the very rules of the guard read, without moving an intent and without
/// sending anything, whatever the connection's mode. A chunk is saved as soon as it is judged, so a preview that waits for its quota goes on where it was.
/// </summary>
public sealed class PreviewHandler(IPreviewStore previews, FailurePolicy policy, RequestMeter meter) : IBatchHandler
{
    // Large enough that the records of six types fill most of their calls.
    private const int PageSize = 2_000;

    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Preview;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(
        BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (context.Batch.RunId is not { } runId)
            throw new InvalidOperationException($"Batch {context.Batch.Id} is a preview without a run.");
        while (true)
        {
            var page = await previews.ReadPreviewPageAsync(runId, PageSize, cancellationToken);
            if (page.Intents.Count == 0)
            {
                yield return new LedgerChange { Preview = new PreviewStep([], page.Position), Ending = new BatchEnding.Completed() };
                yield break;
            }

            foreach (var chunk in ChunksOf(page.Intents, context.Connector.Writer.BatchSize))
            {
                if (!context.HasRoomForCall)
                    yield return LedgerChange.Renewal;
                var rows = await LookAsync(context.Connector.Writer, chunk, cancellationToken);
                yield return rows.Succeeded
                    ? new LedgerChange { Preview = new PreviewStep(rows.Value, null), Requests = meter.Take(context.Connector) }
                    : new LedgerChange { Requests = meter.Take(context.Connector), Ending = policy.EndingFor(rows.Failure, context.Batch.Attempt) };
                if (!rows.Succeeded)
                    yield break;
            }
            yield return new LedgerChange { Preview = new PreviewStep([], page.Position) };
        }
    }

    private static IEnumerable<IReadOnlyList<RecordItem>> ChunksOf(IReadOnlyList<IntentWork> intents, int size) =>
        from type in intents.GroupBy(intent => intent.TargetType)
        from chunk in type.GroupBy(intent => intent.TargetId).Select(record => new RecordItem(record.Key, [.. record])).Chunk(size)
        select chunk;

    private static async Task<Result<IReadOnlyList<PreviewRow>>> LookAsync(
        ILabelWriter writer, IReadOnlyList<RecordItem> chunk, CancellationToken cancellationToken)
    {
        var objectType = chunk[0].Intents[0].TargetType;
        var states = await writer.ReadAsync(objectType, [.. chunk.Select(item => item.TargetId)], GuardRead.PropertiesOf(chunk, writer.Names), cancellationToken);
        if (!states.Succeeded)
            return states.Failure;
        var changes = GuardRead.Judge(chunk, states.Value, writer.Names, objectType).Changes;
        var origins = await KeptOrigins.ReadAsync(changes, chunk, writer, objectType, cancellationToken);
        var intents = chunk.SelectMany(item => item.Intents).ToDictionary(intent => intent.IntentId);
        return changes.Select(change => RowOf(change, intents[change.IntentId], states.Value, writer.Names, origins)).ToList();
    }

    private static PreviewRow RowOf(
        IntentChange change, IntentWork intent, IReadOnlyDictionary<string, RecordState> states, IPropertyNames names,
        IReadOnlyDictionary<long, ValueOrigin> origins)
    {
        var values = states.GetValueOrDefault(intent.TargetId)?.Values;
        return new PreviewRow(
            intent.IntentId, intent.DecisionId, intent.Value, VerdictOf(change.Status), values?.GetValueOrDefault(intent.Property),
            values?.GetValueOrDefault(names.Shadow(intent.Property)), origins.GetValueOrDefault(intent.IntentId));
    }

    private static PreviewVerdict VerdictOf(IntentStatus status) => status switch
    {
        IntentStatus.Sending => PreviewVerdict.Write,
        IntentStatus.Unchanged => PreviewVerdict.Unchanged,
        IntentStatus.Kept => PreviewVerdict.Kept,
        IntentStatus.Rejected => PreviewVerdict.Gone,
        _ => throw new InvalidOperationException($"The guard read judged a waiting write as {status}."),
    };
}
