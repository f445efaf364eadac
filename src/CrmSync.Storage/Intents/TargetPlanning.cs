using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Intents;

/// <summary>
/// Says which records hold what is wanted. Whatever can change that comes through here, inside its own transaction: a new decision, changed links, changed
/// places, an activity that vanished or came back.
/// </summary>
internal static class TargetPlanning
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<OpenPlace> Waiting = new(
        new RowShape<OpenPlace>.Long("id", row => row.IntentId),
        new RowShape<OpenPlace>.Long("decision_id", row => row.DecisionId));

    /// <summary>The writes that the step's wishes come to. Reads nothing where all labels stand on the activities themselves.</summary>
    public static async Task<IReadOnlyList<WantedWrite>> ResolveAsync(LedgerStep step)
    {
        var targets = await FindAsync(step, step.Wanted.Select(label => label.Source));
        var writes = new List<WantedWrite>(step.Wanted.Count);
        var misplaced = new List<long>();
        foreach (var label in step.Wanted)
        {
            var count = writes.Count;
            writes.AddRange(TargetsOf(label.Source, targets)
                .Where(target => label.Only is not { } only || only == (target.ObjectType, target.ExternalId))
                .Select(target => new WantedWrite(label, new IntentKey(target.ObjectType, target.ExternalId, label.Property), target.IsShared)));
            if (label.WaitedOn is { } intent && writes.Count == count)
                misplaced.Add(intent);
        }

        await WithdrawMovedAsync(step, misplaced);
        return writes;
    }

    /// <summary>Lets the current decisions of activities ask again, where their labels belong now, and withdraws what waits at other places.</summary>
    public static async Task RetargetAsync(LedgerStep step)
    {
        if (step.Retargeted.Count is 0)
            return;
        IReadOnlyList<long> activities = [.. step.Retargeted.Order()];
        var labels = await step.Session.QueryRowsAsync(
            $"""
            select d.id, d.taxonomy, d.write_property, d.write_value, {LabelSource.Columns}
            from $rows r
            $join activity a on a.id = r.id and a.connection_id = @ConnectionId and a.status <> 'erased'
            $join decision d on d.activity_id = a.id and d.superseded_at is null and d.write_property is not null
            order by a.id, d.id
            """,
            Ids,
            activities,
            new { step.Batch.ConnectionId },
            reader => new WantedLabel(
                reader.GetInt64(0), LabelSource.Read(reader, 4), reader.GetString(1), null, reader.GetString(2), reader.TextOrNull(3)) { IsAgain = true });
        var targets = await FindAsync(step, labels.Select(label => label.Source));
        var sources = labels.DistinctBy(label => label.Source.Id).ToDictionary(label => label.Source.Id, label => label.Source);
        var waiting = await ReadOpenAsync(step, activities);
        var moved = waiting
            .Where(open => !sources.TryGetValue(open.ActivityId, out var source)
                || !TargetsOf(source, targets).Any(target => (target.ObjectType, target.ExternalId) == (open.TargetType, open.TargetId)))
            .ToList();
        await WithdrawMovedAsync(step, [.. moved.Where(open => !open.InFlight).Select(open => open.IntentId)]);
        // A runner holds these: when it lets go of one that it did not send, the decision is asked again and finds that it belongs elsewhere.
        await step.Session.ExecuteRowsAsync(
            "update intent set next_decision_id = r.decision_id from $rows r where intent.id = r.id and intent.next_decision_id is null",
            Waiting,
            [.. moved.Where(open => open.InFlight)]);
        // A write that moves stays with its run: it counts there, and waits where that run is held.
        var runs = waiting.GroupBy(open => open.DecisionId).ToDictionary(group => group.Key, group => group.Max(open => open.RunId));
        step.Wanted.AddRange(labels.Select(label => label with { RunId = runs.GetValueOrDefault(label.DecisionId) }));
    }

    /// <summary>
    /// Where a waiting write was withdrawn, activities whose own writes had given way to it ask again: the last label that is left stands on a shared record.
    /// </summary>
    /// <returns>Whether anything is wanted.</returns>
    public static async Task<bool> FallBackAsync(LedgerStep step)
    {
        if (step.Vacated.Count is 0)
            return false;
        var activities = await step.Session.QueryRowsAsync(
            """
            select distinct t.activity_id
            from $rows r
            $join intent v on v.id = r.id
            $join intent t on t.connection_id = v.connection_id and t.target_type = v.target_type and t.target_id = v.target_id and t.property = v.property
              and t.status = 'superseded' and t.activity_id <> v.activity_id
            $join decision d on d.activity_id = t.activity_id and d.taxonomy = t.taxonomy and d.superseded_at is null and d.write_value is not null
            """,
            Ids,
            [.. step.Vacated.Distinct()],
            null,
            reader => reader.GetInt64(0));
        step.Wanted.Clear();
        step.Retargeted.Clear();
        step.Retargeted.UnionWith(activities);
        await RetargetAsync(step);
        return step.Wanted.Count > 0;
    }

    /// <summary>Of intents, those whose label belongs to another record by now.</summary>
    public static async Task<IReadOnlySet<long>> FindMovedAsync(
        LedgerStep step, IReadOnlyList<(long IntentId, LabelSource Source, string TargetType, string TargetId)> intents)
    {
        var targets = await FindAsync(step, intents.Select(intent => intent.Source));
        return intents.Where(intent => !TargetsOf(intent.Source, targets).Any(target => (target.ObjectType, target.ExternalId) == (intent.TargetType, intent.TargetId)))
            .Select(intent => intent.IntentId).ToHashSet();
    }

    private static Task WithdrawMovedAsync(LedgerStep step, IReadOnlyList<long> intents)
    {
        step.Vacated.AddRange(intents);
        return IntentTransitions.SupersedeAsync(
            step, intents, "target_moved", "The label belongs to another record now: links, or the places where labels live, have changed.");
    }

    private static IEnumerable<LabelTarget> TargetsOf(LabelSource source, Dictionary<long, IReadOnlyList<LabelTarget>> found)
    {
        var own = (source.ObjectType, source.ExternalId);
        IReadOnlyList<LabelTarget> targets = source.IsPlain ? [new LabelTarget(source.ObjectType, source.ExternalId, IsShared: false)] : found[source.Id];
        return source.IsGone ? targets.Where(target => (target.ObjectType, target.ExternalId) != own) : targets;
    }

    private static async Task<Dictionary<long, IReadOnlyList<LabelTarget>>> FindAsync(LedgerStep step, IEnumerable<LabelSource> sources)
    {
        IReadOnlyList<LabelSource> asked = [.. sources.Where(source => !source.IsPlain).DistinctBy(source => source.Id)];
        if (asked.Count is 0)
            return [];
        var places = await LabelPlaces.ReadAsync(step.Session, step.Batch.ConnectionId);
        var links = (await step.Session.QueryRowsAsync(
            "select l.activity_id, l.role, l.object_type, l.external_id from $rows r $join activity_link l on l.activity_id = r.id",
            Ids,
            [.. asked.Select(source => source.Id)],
            null,
            reader => (Id: reader.GetInt64(0), Link: new Association(reader.GetString(1), reader.GetString(2), reader.GetString(3)))))
            .ToLookup(row => row.Id, row => row.Link);
        return asked.ToDictionary(
            source => source.Id, source => LabelTargets.Resolve(source.ObjectType, source.ExternalId, [.. links[source.Id]], places));
    }

    private static Task<List<OpenPlace>> ReadOpenAsync(LedgerStep step, IReadOnlyList<long> activities) =>
        step.Session.QueryRowsAsync(
            $"""
            select i.id, i.activity_id, i.decision_id, i.target_type, i.target_id, case when i.status <> 'pending' or b.status = 'running' then 1 else 0 end,
              i.run_id
            from $rows r
            $join intent i on i.activity_id = r.id and i.status in {Stored.Open} and i.purpose <> 'undo'
            left join batch b on b.id = i.batch_id
            order by i.id
            """,
            Ids,
            activities,
            null,
            reader => new OpenPlace(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3), reader.GetString(4), reader.GetInt32(5) is 1,
                reader.LongOrNull(6)));

    private sealed record OpenPlace(long IntentId, long ActivityId, long DecisionId, string TargetType, string TargetId, bool InFlight, long? RunId);
}
