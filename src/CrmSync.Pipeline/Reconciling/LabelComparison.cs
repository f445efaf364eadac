using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>
/// Reads labels back and says which of them hold another value than we wrote last, and who set it as far as the CRM tells. Nothing is written: what a person set
/// stays, and becomes a correction by the same way as a kept write (<see cref="Review.CrmEditCollector"/>). Thread-safe.
/// </summary>
public sealed class LabelComparison(IReconcileStore store, FailurePolicy policy, RequestMeter meter)
{
    /// <summary>Code of labels that could not be read back.</summary>
    public const string UnreadableCode = "reconcile.labels_unreadable";

    /// <summary>Reads back what is left of the labels; moves the walk's position.</summary>
    internal async IAsyncEnumerable<LedgerChange> RunAsync(
        BatchContext context, ReconcileWalk walk, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var size = Math.Min(context.Connector.Writer.BatchSize, 200);
        while (walk.Work.Labels is not { } most || walk.Position.Checked < most)
        {
            var limit = (int)Math.Min(size, (walk.Work.Labels ?? long.MaxValue) - walk.Position.Checked);
            var labels = await store.ReadLabelsAsync(context.Batch.ConnectionId, walk.Work.Window, walk.Position.Cursor, limit, cancellationToken);
            if (labels.Count == 0)
                yield break;

            var items = new List<CompletenessItem>();
            foreach (var group in labels.GroupBy(label => label.Target.ObjectType))
            {
                if (!context.HasRoomForCall)
                    yield return LedgerChange.Renewal;
                var drifted = await CompareAsync(context, group.Key, [.. group], cancellationToken);
                if (drifted.Succeeded)
                {
                    items.AddRange(drifted.Value);
                    continue;
                }

                yield return Failed(context, walk, group.Key, drifted.Failure);
                yield break;
            }

            walk.Position = walk.Position.AfterLabels(labels.Count, labels[^1].Cursor);
            yield return walk.Step(context, meter) with { Reconcile = walk.Progress() with { CheckedLabels = labels.Count, Items = items } };
            if (labels.Count < limit)
                yield break;
        }
    }

    private async Task<Result<IReadOnlyList<CompletenessItem>>> CompareAsync(
        BatchContext context, string targetType, IReadOnlyList<WrittenLabel> labels, CancellationToken cancellationToken)
    {
        var writer = context.Connector.Writer;
        var states = await writer.ReadAsync(
            targetType, [.. labels.Select(label => label.Target.ExternalId).Distinct()], [.. labels.Select(label => label.Property).Distinct().Order(StringComparer.Ordinal)],
            cancellationToken);
        if (!states.Succeeded)
            return states.Failure;
        // A record that is gone says nothing about who would have changed its label; the comparison of ids finds it.
        var differing = labels.Where(label => states.Value.TryGetValue(label.Target.ExternalId, out var state) && !Ownership.Same(ValueOf(state, label), label.Value)).ToList();
        // A write of ours may have come between: then the label is a newer one's business.
        var last = differing.Count == 0 ? new HashSet<long>() : await store.StillLastAsync([.. differing.Select(label => label.IntentId)], cancellationToken);
        differing.RemoveAll(label => !last.Contains(label.IntentId));
        if (differing.Count == 0)
            return Result.Success<IReadOnlyList<CompletenessItem>>([]);

        var items = new List<CompletenessItem>();
        foreach (var group in differing.GroupBy(label => label.Property))
        {
            var origins = await writer.ReadOriginsAsync(targetType, [.. group.Select(label => label.Target.ExternalId).Distinct()], group.Key, cancellationToken);
            // A history that is closed to us leaves the actor unknown; one that does not answer just now is asked again.
            if (!origins.Succeeded && origins.Failure.Category is not (FailureCategory.Reject or FailureCategory.Gone))
                return origins.Failure;
            items.AddRange(group.Select(label => new CompletenessItem(CompletenessKind.Drifted, NameOf(label, context, targetType))
            {
                Label = label,
                Value = ValueOf(states.Value[label.Target.ExternalId], label),
                Actor = origins.Succeeded && origins.Value.TryGetValue(label.Target.ExternalId, out var origin) ? origin.Actor : ValueActor.Unknown,
            }));
        }
        return items;
    }

    // Ids of several types may be equal, so a record that is not the activity itself is named with its type.
    private static string NameOf(WrittenLabel label, BatchContext context, string targetType) =>
        label.Target.IsShared || !context.Connector.Reader.ObjectTypes.Contains(targetType) ? $"{targetType}/{label.Target.ExternalId}" : label.Target.ExternalId;

    private static string? ValueOf(RecordState state, WrittenLabel label) => state.Values.GetValueOrDefault(label.Property) is { Length: > 0 } value ? value : null;

    // A property that is not there (any more) must not spoil the proof that the activities are.
    private LedgerChange Failed(BatchContext context, ReconcileWalk walk, string targetType, Failure failure) =>
        failure.Category is FailureCategory.Reject or FailureCategory.Gone
            ? walk.Step(context, meter) with
            {
                Log = [new LogLine(LogSeverity.Warning, UnreadableCode, $"Labels on {targetType} could not be read back. {failure}")],
            }
            : new LedgerChange { Requests = meter.Take(context.Connector), Ending = policy.EndingFor(failure, context.Batch.Attempt) };
}
