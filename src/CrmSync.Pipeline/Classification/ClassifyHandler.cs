using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification;

/// <summary>
/// Decides about a batch of activities and says which writes follow. What the local steps leave open becomes a question for the hosted model, where there is one.
/// One record that cannot be decided is put aside with its reason and never stops the others.
/// </summary>
public sealed class ClassifyHandler(IWorkReader work, ICascadeSource cascades, HostedDesk desk, TimeProvider clock) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Classify;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(
        BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var activities = await work.ReadActivitiesAsync(context.Batch.Id, cancellationToken);
        // One model for the whole batch, whichever is promoted meanwhile.
        var cascade = cascades.Current;
        var step = new Step(cascade, context.Connector.Kind, activities.Count * cascade.Taxonomies.All.Count);
        var now = clock.GetUtcNow();
        foreach (var activity in activities)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var evidence = activity.Content.Evidence;
            if (Cascade.MustWait(activity.Content, now) && (evidence.EndsAt ?? evidence.StartsAt) is { } until)
                step.Waiting.Add(new WaitingActivity(activity.ActivityId, activity.ContentHash, until));
            else
                Decide(activity, step);
        }

        yield return new LedgerChange
        {
            Decisions = step.Decisions,
            Considered = desk.Auditor is null ? 0 : step.Considered,
            Asks = step.Asks,
            Waiting = step.Waiting,
            Dead = step.Dead,
            Ending = new BatchEnding.Completed(),
        };
    }

    private void Decide(ActivityWork activity, Step step)
    {
        try
        {
            // Sequences send the same mail to many: what is the same to the last character is decided once.
            if (!step.Known.TryGetValue(activity.ContentHash, out var answer))
                step.Known[activity.ContentHash] = answer = Answer(activity, step.Cascade);
            foreach (var decision in answer.Decisions)
                Take(activity, answer.TextHash, SegmentThreshold.Apply(decision, activity.Thresholds), step);
            step.Considered++;
        }
#pragma warning disable CA1031 // a poison record becomes a dead letter with a reason; the other 199 of its batch are decided
        catch (Exception fault)
#pragma warning restore CA1031
        {
            step.Dead.Add(new DeadActivity(activity.ActivityId, "classify.failed", $"The text could not be decided about ({fault.GetType().Name})."));
        }
    }

    private static Known Answer(ActivityWork activity, Cascade cascade)
    {
        var text = ActivityZoner.Zone(activity.Content);
        return new Known(cascade.Decide(activity.Content, text), ShownText.Hash(activity.Content, text));
    }

    private void Take(ActivityWork activity, string textHash, LabelDecision decision, Step step)
    {
        // A local answer that would count by itself is held back, too, while the hosted model is asked: a label that changes its mind in the CRM is worse than a later one.
        var asks = desk.Wants(decision);
        var stored = asks ? decision with { Status = DecisionStatus.Unsure } : decision;
        step.Decisions.Add(new DecisionRow(activity.ActivityId, activity.ContentHash, stored, LabelWrites.For(step.Cascade.Taxonomies, stored, step.CrmKind)) { TextHash = textHash });
        if (asks)
            step.Asks.Add(new AskRow(activity.ActivityId, activity.ContentHash, textHash, decision.Taxonomy, decision.TaxonomyVersion, decision.Confidence));
    }

    private sealed record Known(IReadOnlyList<LabelDecision> Decisions, string TextHash);

    private sealed class Step(Cascade cascade, string crmKind, int capacity)
    {
        public Cascade Cascade => cascade;

        public string CrmKind => crmKind;

        public int Considered { get; set; }

        public Dictionary<string, Known> Known { get; } = new(StringComparer.Ordinal);

        public List<DecisionRow> Decisions { get; } = new(capacity);

        public List<AskRow> Asks { get; } = [];

        public List<WaitingActivity> Waiting { get; } = [];

        public List<DeadActivity> Dead { get; } = [];
    }
}
