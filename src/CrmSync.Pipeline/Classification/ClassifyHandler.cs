using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification;

/// <summary>
/// Decides about a batch of activities and says which writes follow. One record that cannot be decided is put aside with its reason and never
/// stops the others.
/// </summary>
public sealed class ClassifyHandler(IWorkReader work, ICascadeSource cascades, TaxonomySet taxonomies, TimeProvider clock) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Classify;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(
        BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var activities = await work.ReadActivitiesAsync(context.Batch.Id, cancellationToken);
        var decisions = new List<DecisionRow>(activities.Count * taxonomies.All.Count);
        var waiting = new List<WaitingActivity>();
        var dead = new List<DeadActivity>();
        var now = clock.GetUtcNow();
        // One model for the whole batch, whichever is promoted meanwhile.
        var cascade = cascades.Current;
        foreach (var activity in activities)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var evidence = activity.Content.Evidence;
            if (Cascade.MustWait(activity.Content, now) && (evidence.EndsAt ?? evidence.StartsAt) is { } until)
                waiting.Add(new WaitingActivity(activity.ActivityId, activity.ContentHash, until));
            else
                Decide(activity, cascade, context.Connector.Kind, decisions, dead);
        }

        yield return new LedgerChange
        {
            Decisions = decisions,
            Waiting = waiting,
            Dead = dead,
            Ending = new BatchEnding.Completed(),
        };
    }

    private void Decide(ActivityWork activity, Cascade cascade, string crmKind, List<DecisionRow> decisions, List<DeadActivity> dead)
    {
        try
        {
            foreach (var decision in cascade.Decide(activity.Content))
                decisions.Add(new DecisionRow(activity.ActivityId, activity.ContentHash, decision, PlanWrite(decision, crmKind)));
        }
#pragma warning disable CA1031 // a poison record becomes a dead letter with a reason; the other 199 of its batch are decided
        catch (Exception fault)
#pragma warning restore CA1031
        {
            dead.Add(new DeadActivity(activity.ActivityId, "classify.failed", $"The text could not be decided about ({fault.GetType().Name})."));
        }
    }

    private PlannedWrite? PlanWrite(LabelDecision decision, string crmKind)
    {
        if (decision.Status == DecisionStatus.Unsure)
            return null;
        if (!taxonomies.TryGet(decision.Taxonomy, out var taxonomy) || !taxonomy.Properties.TryGetValue(crmKind, out var property))
            return null;
        // An abstention asks for a blank: the ledger turns that into a write only where an earlier label of ours stands.
        var value = decision.Status == DecisionStatus.Abstained ? null : taxonomy.Find(decision.Label)?.Value;
        return new PlannedWrite(property, value);
    }
}
