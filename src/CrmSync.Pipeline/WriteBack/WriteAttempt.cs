using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>One pass of sending a batch's records, with what stayed open. Not thread-safe: it belongs to one handler.</summary>
internal sealed class WriteAttempt(
    BatchContext context, WritePermission permission, string objectType, IReadOnlyDictionary<string, RecordState> states)
{
    private readonly Dictionary<string, RecordState> _before = new(states);

    private readonly ILabelWriter _writer = context.Connector.Writer;

    /// <summary>Records whose fate nobody knows.</summary>
    public List<RecordItem> Unanswered { get; } = [];

    /// <summary>Why something stays open, if anything does; decides how the batch ends.</summary>
    public Failure? OpenFailure { get; private set; }

    /// <summary>
    /// Sends one chunk. A chunk that the CRM refuses whole is cut in halves, put back on <paramref name="chunks"/>, until the culprit is alone.
    /// </summary>
    public async Task<IReadOnlyList<IntentChange>> SendAsync(
        IReadOnlyList<RecordItem> chunk, Stack<IReadOnlyList<RecordItem>> chunks, CancellationToken cancellationToken)
    {
        var writes = chunk.Select(item => item.ToWrite(_writer.Names)).ToList();
        var answer = await permission.WatchAsync(
            token => _writer.WriteAsync(objectType, writes, token), [.. chunk.SelectMany(item => item.Intents)], cancellationToken);
        if (answer.Succeeded)
            return Read(chunk, answer.Value);

        switch (answer.Failure.Category)
        {
            case FailureCategory.Reject when chunk.Count > 1:
                chunks.Push([.. chunk.Skip(chunk.Count / 2)]);
                chunks.Push([.. chunk.Take(chunk.Count / 2)]);
                return [];
            case FailureCategory.Unknown:
                Unanswered.AddRange(chunk);
                return Move(chunk, IntentStatus.Unknown, answer.Failure);
            case FailureCategory.Reject or FailureCategory.Gone:
                return Move(chunk, IntentStatus.Rejected, answer.Failure);
            case FailureCategory.Retry or FailureCategory.Wait or FailureCategory.Stop:
            default:
                // Nothing of this chunk was written, and the chunks behind it would meet the same fate.
                return LetGo(chunk, chunks, answer.Failure);
        }
    }

    /// <summary>Gives a chunk and those behind it back, because of something that would meet them all.</summary>
    public IReadOnlyList<IntentChange> LetGo(IReadOnlyList<RecordItem> chunk, Stack<IReadOnlyList<RecordItem>> chunks, Failure failure)
    {
        OpenFailure = failure;
        var waiting = chunk.Concat(chunks.SelectMany(other => other)).ToList();
        chunks.Clear();
        return Move(waiting, IntentStatus.Pending, failure);
    }

    /// <summary>What records held when they were last looked at.</summary>
    public IReadOnlyDictionary<string, RecordState> Seen => _before;

    /// <summary>Notes what records held when they were looked at again.</summary>
    public void See(IReadOnlyDictionary<string, RecordState> states)
    {
        foreach (var (id, state) in states)
            _before[id] = state;
    }

    /// <summary>Reads the records that nobody answered for; what cannot be read stays unknown for the next try.</summary>
    public async Task<IReadOnlyList<IntentChange>> SettleAsync(CancellationToken cancellationToken)
    {
        var properties = Unanswered.SelectMany(item => item.Intents).Select(intent => intent.Property).Distinct().ToList();
        var states = await _writer.ReadAsync(objectType, [.. Unanswered.Select(item => item.TargetId)], properties, cancellationToken);
        if (!states.Succeeded)
        {
            OpenFailure ??= states.Failure;
            return [];
        }

        var changes = new List<IntentChange>();
        foreach (var item in Unanswered)
        {
            changes.AddRange(states.Value.TryGetValue(item.TargetId, out var state)
                ? item.Intents.Select(intent => GuardRead.Settle(intent, Before(intent), state))
                : GuardRead.Gone(item, objectType));
        }
        if (changes.Any(change => change.Status == IntentStatus.Pending))
            OpenFailure ??= PipelineFailures.Unanswered(objectType, Unanswered[0].TargetId);
        return changes;
    }

    private List<IntentChange> Read(IReadOnlyList<RecordItem> chunk, IReadOnlyList<RecordWriteResult> results)
    {
        var byId = results.ToLookup(result => result.ExternalId);
        var changes = new List<IntentChange>();
        foreach (var item in chunk)
        {
            var result = byId[item.TargetId].FirstOrDefault();
            var failure = result is null ? PipelineFailures.Unanswered(objectType, item.TargetId) : result.Failure;
            changes.AddRange(failure switch
            {
                null => item.Intents.Select(intent => Applied(intent, result!)),
                { Category: FailureCategory.Unknown } => MarkUnknown(item, failure),
                { Category: FailureCategory.Retry or FailureCategory.Wait or FailureCategory.Stop } => MarkOpen(item, failure),
                { Category: FailureCategory.Reject or FailureCategory.Gone } => Move([item], IntentStatus.Rejected, failure),
            });
        }
        return changes;
    }

    private IntentChange Applied(IntentWork intent, RecordWriteResult result) => new(intent.IntentId, IntentStatus.Applied)
    {
        ValueBefore = Before(intent),
        // The CRM may have normalised the value; what it returned is what a later read is compared with.
        ValueAfter = result.Values is { } values && values.TryGetValue(intent.Property, out var after) ? after : intent.Value,
    };

    private List<IntentChange> MarkUnknown(RecordItem item, Failure failure)
    {
        Unanswered.Add(item);
        return Move([item], IntentStatus.Unknown, failure);
    }

    private List<IntentChange> MarkOpen(RecordItem item, Failure failure)
    {
        OpenFailure ??= failure;
        return Move([item], IntentStatus.Pending, failure);
    }

    private List<IntentChange> Move(IReadOnlyList<RecordItem> items, IntentStatus status, Failure failure) =>
        [.. items.SelectMany(item => item.Intents).Select(intent => GuardRead.Failed(intent, status, failure) with { ValueBefore = Before(intent) })];

    private string? Before(IntentWork intent) => _before.GetValueOrDefault(intent.TargetId)?.Values.GetValueOrDefault(intent.Property);
}
