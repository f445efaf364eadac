using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>
/// The window between our read and our write cannot be closed on either CRM. After a write to a record that somebody may be working on, this looks at the label's
/// history and puts a value back that the write covered. Thread-safe.
/// </summary>
public sealed class RaceWatch(WriteBackOptions options, RequestMeter meter, TimeProvider clock)
{
    /// <summary>The check of one batch, whose records are read now.</summary>
    internal RaceCheckOfBatch For(BatchContext context, WritePermission permission, string objectType) =>
        new(context, permission, objectType, options, meter, clock.GetUtcNow());
}

/// <summary>The check of one batch. Not thread-safe: it belongs to one handler.</summary>
internal sealed class RaceCheckOfBatch(
    BatchContext context, WritePermission permission, string objectType, WriteBackOptions options, RequestMeter meter, DateTimeOffset readAt)
{
    private readonly ILabelWriter _writer = context.Connector.Writer;

    /// <summary>Why values could not be put back yet, if so; the batch has to come again.</summary>
    public Failure? OpenFailure { get; private set; }

    /// <summary>
    /// Saves changes. Applied ones that are to be checked stay "sending" until the history was looked at, and "unknown" while a value is being put back: whoever is
    /// interrupted finds them open, settles them by a read, and looks again.
    /// </summary>
    public async IAsyncEnumerable<LedgerChange> SaveAsync(
        IReadOnlyList<IntentChange> changes, IReadOnlyList<RecordItem> items, IReadOnlyDictionary<string, RecordState> states,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var intents = items.SelectMany(item => item.Intents).ToDictionary(intent => intent.IntentId);
        var suspects = changes.Where(change => change.Status is IntentStatus.Applied && IsSuspect(intents[change.IntentId], states)).ToList();
        yield return new LedgerChange { Intents = [.. changes.Except(suspects)], Requests = meter.Take(context.Connector) };

        var size = Math.Max(1, _writer.HistoryBatchSize(objectType));
        foreach (var piece in suspects.GroupBy(change => intents[change.IntentId].TargetId).Chunk(size))
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var checking = piece.SelectMany(group => group).ToList();
            var found = await ReadAsync(checking, intents, cancellationToken);
            var lost = found.Values.ToDictionary(pair => pair.IntentId, pair => pair.Lost);
            yield return new LedgerChange
            {
                Intents = [.. checking.Select(change => lost.ContainsKey(change.IntentId) ? Found(change) : change)],
                Requests = meter.Take(context.Connector), Log = found.Log,
            };
            if (lost.Count == 0)
                continue;
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;
            var restored = await RestoreAsync([.. checking.Where(change => lost.ContainsKey(change.IntentId))], intents, lost, cancellationToken);
            yield return new LedgerChange { Intents = restored, Requests = meter.Take(context.Connector) };
        }
    }

    // An operator's word to overwrite holds against a value set in the last second, too.
    private bool IsSuspect(IntentWork intent, IReadOnlyDictionary<string, RecordState> states) =>
        intent.Purpose is not IntentPurpose.Force && _writer.HistoryBatchSize(objectType) > 0 && options.RaceCheck switch
        {
            RaceCheck.Always => true,
            RaceCheck.Never => false,
            RaceCheck.Recent => states.GetValueOrDefault(intent.TargetId)?.ModifiedAt is { } modified && modified >= readAt - options.Recent,
        };

    private async Task<(IReadOnlyList<(long IntentId, ValueSetting Lost)> Values, IReadOnlyList<LogLine> Log)> ReadAsync(
        List<IntentChange> checking, Dictionary<long, IntentWork> intents, CancellationToken cancellationToken)
    {
        var properties = checking.Select(change => intents[change.IntentId].Property).Distinct().Order(StringComparer.Ordinal).ToList();
        var ids = checking.Select(change => intents[change.IntentId].TargetId).Distinct().ToList();
        var history = await _writer.ReadHistoryAsync(objectType, ids, properties, cancellationToken);
        // The write stands either way. Holding it open for a history that does not come would only hide that it does.
        if (!history.Succeeded)
            return ([], [new LogLine(LogSeverity.Warning, "write.race_unchecked", $"{ids.Count} written records could not be checked for edits of the same moment: {history.Failure.Message}")]);
        var lost = new List<(long, ValueSetting)>();
        foreach (var change in checking)
        {
            var intent = intents[change.IntentId];
            if (history.Value.TryGetValue((intent.TargetId, intent.Property), out var entries)
                && LostValue.Find(entries, change.ValueAfter, change.ValueBefore, intent.OurValues) is { } value)
            {
                lost.Add((intent.IntentId, value));
            }
        }
        return (lost, []);
    }

    private async Task<IReadOnlyList<IntentChange>> RestoreAsync(
        List<IntentChange> covered, Dictionary<long, IntentWork> intents, Dictionary<long, ValueSetting> lost, CancellationToken cancellationToken)
    {
        // The shadow stays what we wrote, so the value is theirs from here on, for whoever looks.
        var writes = covered.GroupBy(change => intents[change.IntentId].TargetId).Select(group => new RecordWrite(
            group.Key, group.ToDictionary(change => intents[change.IntentId].Property, change => lost[change.IntentId].Value, StringComparer.Ordinal))).ToList();
        // Giving back is a write, too: what a pause interrupts stays open, and is found again when writing is resumed.
        var sent = covered.Select(change => intents[change.IntentId]).ToList();
        var answer = await permission.AllowsAsync(sent, cancellationToken)
            ? await permission.WatchAsync(token => _writer.WriteAsync(objectType, writes, token), sent, cancellationToken)
            : PipelineFailures.CutByPause(context.Connection.Key);
        var results = answer.Succeeded ? answer.Value.ToLookup(result => result.ExternalId) : null;
        var changes = new List<IntentChange>();
        foreach (var change in covered)
        {
            var id = intents[change.IntentId].TargetId;
            var failure = results is null ? answer.Failure
                : results[id].FirstOrDefault() is { } result ? result.Failure : PipelineFailures.Unanswered(objectType, id);
            if (failure is null)
                changes.Add(Restored(change, lost[change.IntentId]));
            else if (failure.Category is FailureCategory.Reject or FailureCategory.Gone)
                changes.Add(NotRestored(change, lost[change.IntentId], failure));
            else
                OpenFailure ??= failure;
        }
        return changes;
    }

    private static IntentChange Found(IntentChange change) => new(change.IntentId, IntentStatus.Unknown)
    {
        Code = "write.race_found", Message = "Somebody set this label between our look and our write; their value is being put back.",
    };

    private static IntentChange Restored(IntentChange change, ValueSetting theirs) =>
        new(change.IntentId, IntentStatus.Kept)
        {
            Code = "write.race_restored", Message = $"{KeptOrigins.Setting(theirs)} between our look and our write; it was put back at once and stays.",
            ValueBefore = theirs.Value, ValueAfter = theirs.Value, Actor = theirs.Actor,
        };

    private static IntentChange NotRestored(IntentChange change, ValueSetting theirs, Failure failure) => change with
    {
        Code = "write.race_lost",
        Message = $"{KeptOrigins.Setting(theirs)} between our look and our write, to \"{theirs.Value}\"; ours stands there now, because theirs could not be put back: {failure.Message}",
        RemoteMessage = failure.RemoteMessage, CorrelationId = failure.CorrelationId,
    };
}
