using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>
/// Compares what the CRM holds now with what shall be written. Pure: given the records as read, it says which intents are finished without a write,
/// and which are to be sent.
/// </summary>
internal static class GuardRead
{
    /// <summary>What follows from the read.</summary>
    /// <param name="Changes">Transitions that need no request, and the step to "sending" of those that do.</param>
    /// <param name="Sending">What to send, record by record.</param>
    public sealed record Verdicts(IReadOnlyList<IntentChange> Changes, IReadOnlyList<RecordItem> Sending);

    /// <summary>What has to be read to judge: the labels and their shadows.</summary>
    public static IReadOnlyList<string> PropertiesOf(IReadOnlyList<RecordItem> items, IPropertyNames names)
    {
        var labels = items.SelectMany(item => item.Intents).Select(intent => intent.Property).Distinct().Order(StringComparer.Ordinal).ToList();
        return [.. labels, .. labels.Select(names.Shadow)];
    }

    public static Verdicts Judge(
        IReadOnlyList<RecordItem> items, IReadOnlyDictionary<string, RecordState> states, IPropertyNames names, string objectType)
    {
        var changes = new List<IntentChange>();
        var sending = new List<RecordItem>();
        foreach (var item in items)
        {
            if (!states.TryGetValue(item.TargetId, out var state))
            {
                changes.AddRange(Gone(item, objectType));
                continue;
            }

            var send = new List<IntentWork>();
            foreach (var intent in item.Intents)
            {
                var change = JudgeOne(intent, state, names);
                changes.Add(change);
                if (change.Status == IntentStatus.Sending)
                    send.Add(intent);
            }
            if (send.Count > 0)
                sending.Add(item with { Intents = send });
        }
        return new Verdicts(changes, sending);
    }

    /// <summary>
    /// Settles intents whose request nobody answered, from a direct read: the intended value means applied, the value before means that nothing
    /// happened, anything else is another's and stays.
    /// </summary>
    public static IntentChange Settle(IntentWork intent, string? before, RecordState state)
    {
        var current = state.Values.GetValueOrDefault(intent.Property);
        if (Ownership.Same(current, intent.Value))
            return new IntentChange(intent.IntentId, IntentStatus.Applied)
            {
                Code = "write.settled_applied", Message = "The answer was lost; reading the record showed that the write took effect.",
                ValueBefore = before, ValueAfter = current,
            };
        if (Ownership.Same(current, before))
            return new IntentChange(intent.IntentId, IntentStatus.Pending)
            {
                Code = "write.settled_not_applied", Message = "The answer was lost; reading the record showed that nothing was written.",
                ValueBefore = before,
            };
        return Kept(intent, current, "write.changed_meanwhile", "The answer was lost, and the record now holds a value that is neither ours nor the one before; it stays.");
    }

    /// <summary>The end of every intent of a record that the CRM does not have any more.</summary>
    public static IEnumerable<IntentChange> Gone(RecordItem item, string objectType)
    {
        var gone = PipelineFailures.RecordGone(objectType, item.TargetId);
        return item.Intents.Select(intent => Failed(intent, IntentStatus.Rejected, gone));
    }

    private static IntentChange JudgeOne(IntentWork intent, RecordState state, IPropertyNames names)
    {
        var current = state.Values.GetValueOrDefault(intent.Property);
        if (intent.Status is IntentStatus.Sending or IntentStatus.Unknown)
        {
            var settled = Settle(intent, intent.ValueBefore, state);
            if (settled.Status != IntentStatus.Pending)
                return settled;
        }

        if (Ownership.Same(current, intent.Value))
            return new IntentChange(intent.IntentId, IntentStatus.Unchanged) { ValueBefore = current, ValueAfter = current };
        var shadow = state.Values.GetValueOrDefault(names.Shadow(intent.Property));
        if (MayOverwrite(intent, current, shadow))
            return new IntentChange(intent.IntentId, IntentStatus.Sending) { ValueBefore = current, ShadowBefore = shadow };
        if (intent.Purpose is IntentPurpose.Undo)
            return Kept(intent, current, "undo.not_ours", "The record does not hold any more what we wrote, so there is nothing of ours to take back; its value stays.");
        return Kept(intent, current, "write.not_ours", string.IsNullOrEmpty(current)
            ? "Somebody cleared this label; a cleared label is an answer and stays."
            : "Somebody else set this label; it stays.");
    }

    private static bool MayOverwrite(IntentWork intent, string? current, string? shadow) => intent.Purpose switch
    {
        IntentPurpose.Label => Ownership.Judge(current, shadow, intent.OurValues) == OwnershipVerdict.Ours,
        IntentPurpose.Undo => Ownership.Same(current, intent.Expected),
        IntentPurpose.Force => true,
    };

    private static IntentChange Kept(IntentWork intent, string? current, string code, string message) =>
        new(intent.IntentId, IntentStatus.Kept)
        {
            Code = code, Message = message, ValueBefore = current, ValueAfter = current, Actor = ValueActor.Unknown,
        };

    public static IntentChange Failed(IntentWork intent, IntentStatus status, Failure failure) =>
        new(intent.IntentId, status)
        {
            Code = failure.Code, Message = $"{failure.Message} {failure.Fix}", RemoteMessage = failure.RemoteMessage,
            CorrelationId = failure.CorrelationId,
        };
}
