using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Intents;

/// <summary>Reads what a plan needs, and stores what came out.</summary>
internal static class IntentPlanning
{
    private static readonly RowShape<IntentKey> Keys = new(
        new RowShape<IntentKey>.Text("target_type", key => key.TargetType),
        new RowShape<IntentKey>.Text("target_id", key => key.TargetId),
        new RowShape<IntentKey>.Text("property", key => key.Property));

    private static readonly RowShape<PlannedIntent> Planned = new(
        new RowShape<PlannedIntent>.Text("target_type", row => row.Wanted.Key.TargetType),
        new RowShape<PlannedIntent>.Text("target_id", row => row.Wanted.Key.TargetId),
        new RowShape<PlannedIntent>.Text("property", row => row.Wanted.Key.Property),
        new RowShape<PlannedIntent>.Text("taxonomy", row => row.Wanted.Label.Taxonomy),
        new RowShape<PlannedIntent>.Long("activity_id", row => row.Wanted.ActivityIdOrNull),
        new RowShape<PlannedIntent>.Long("company_id", row => row.Wanted.Label.Source.CompanyId),
        new RowShape<PlannedIntent>.Long("decision_id", row => row.Wanted.DecisionId),
        new RowShape<PlannedIntent>.Long("run_id", row => row.Wanted.Label.RunId),
        new RowShape<PlannedIntent>.Long("batch_id", row => row.BatchId),
        new RowShape<PlannedIntent>.Text("value", row => row.Wanted.Value),
        new RowShape<PlannedIntent>.Long("is_shared", row => row.Wanted.IsShared ? 1 : 0));

    private static readonly RowShape<KeyValuePair<long, WantedWrite>> Repointed = new(
        new RowShape<KeyValuePair<long, WantedWrite>>.Long("id", pair => pair.Key),
        new RowShape<KeyValuePair<long, WantedWrite>>.Long("decision_id", pair => pair.Value.DecisionId),
        new RowShape<KeyValuePair<long, WantedWrite>>.Long("activity_id", pair => pair.Value.ActivityIdOrNull),
        new RowShape<KeyValuePair<long, WantedWrite>>.Text("taxonomy", pair => pair.Value.Label.Taxonomy),
        new RowShape<KeyValuePair<long, WantedWrite>>.Long("run_id", pair => pair.Value.Label.RunId));

    private static readonly RowShape<KeyValuePair<long, long?>> Next = new(
        new RowShape<KeyValuePair<long, long?>>.Long("id", pair => pair.Key),
        new RowShape<KeyValuePair<long, long?>>.Long("decision_id", pair => pair.Value));

    private static readonly RowShape<OvertakenDecision> Overtaken = new(
        new RowShape<OvertakenDecision>.Long("activity_id", row => row.ActivityId),
        new RowShape<OvertakenDecision>.Long("decision_id", row => row.DecisionId));

    /// <returns>Whether any intent was made.</returns>
    public static async Task<bool> PlanAsync(LedgerStep step)
    {
        await TargetPlanning.RetargetAsync(step);
        var planned = await PlanWantedAsync(step);
        await WithdrawAsync(step);
        var fellBack = await TargetPlanning.FallBackAsync(step) && await PlanWantedAsync(step);
        return planned || fellBack;
    }

    // What an overtaken decision wanted and the new one does not speak of (it is unsure, or writes elsewhere) must not be sent any more.
    private static async Task WithdrawAsync(LedgerStep step)
    {
        var withdrawn = await step.Session.QueryRowsAsync(
            """
            select i.id from $rows r
            $join intent i on i.activity_id = r.activity_id and i.decision_id = r.decision_id and i.status = 'pending' and i.purpose <> 'undo'
            left join batch b on b.id = i.batch_id
            where b.id is null or b.status <> 'running'
            """,
            Overtaken,
            step.Overtaken,
            null,
            reader => reader.GetInt64(0));
        step.Vacated.AddRange(withdrawn);
        await IntentTransitions.SupersedeAsync(step, withdrawn, "decision_withdrawn", "The decision behind it is no longer the current one.");
    }

    private static async Task<bool> PlanWantedAsync(LedgerStep step)
    {
        if (step.Wanted.Count is 0)
            return false;
        var writes = await TargetPlanning.ResolveAsync(step);
        IReadOnlyList<IntentKey> keys = [.. writes.Select(wanted => wanted.Key).Distinct()];
        IReadOnlyList<IntentKey> shared = [.. writes.Where(wanted => wanted.IsShared).Select(wanted => wanted.Key).Distinct()];
        var plan = new IntentPlan(new KnownIntents(await ReadOpenAsync(step, keys), await ReadLastAsync(step, keys), await ReadEffectiveAsync(step, shared))
        {
            Barred = await ReadBarredAsync(step, keys),
        });
        foreach (var wanted in writes)
            plan.Add(wanted);
        await StoreAsync(step, plan);
        step.Vacated.AddRange(plan.Vacated);
        return plan.Planned.Count > 0;
    }

    private static async Task<Dictionary<IntentKey, OpenIntent>> ReadOpenAsync(LedgerStep step, IReadOnlyList<IntentKey> keys)
    {
        var rows = await step.Session.QueryRowsAsync(
            $"""
            select i.target_type, i.target_id, i.property, i.id, i.decision_id, i.value,
              case when i.status <> 'pending' or b.status = 'running' then 1 else 0 end,
              case when b.status in {BatchRows.OpenStatuses} then b.id end, coalesce(a.occurred_at, 0), coalesce(a.id, 0), na.occurred_at, na.id,
              case when i.purpose = 'undo' then 1 else 0 end
            from $rows r
            $join intent i on i.connection_id = @ConnectionId and i.target_type = r.target_type and i.target_id = r.target_id
              and i.property = r.property and i.status in {Stored.Open}
            left join activity a on a.id = i.activity_id
            left join batch b on b.id = i.batch_id
            left join decision nd on nd.id = i.next_decision_id and nd.superseded_at is null
            left join activity na on na.id = nd.activity_id
            """,
            Keys,
            keys,
            new { step.Batch.ConnectionId },
            reader => (
                Key: new IntentKey(reader.GetString(0), reader.GetString(1), reader.GetString(2)),
                Intent: new OpenIntent(
                    reader.GetInt64(3), reader.GetInt64(4), reader.TextOrNull(5), reader.GetInt32(6) is 1, reader.LongOrNull(7), (reader.GetInt64(8), reader.GetInt64(9)),
                    reader.LongOrNull(10) is { } nextAt ? (nextAt, reader.GetInt64(11)) : null)
                {
                    IsUndo = reader.GetInt32(12) is 1,
                }));
        return rows.ToDictionary(row => row.Key, row => row.Intent);
    }

    private static async Task<Dictionary<IntentKey, LastIntent>> ReadLastAsync(LedgerStep step, IReadOnlyList<IntentKey> keys)
    {
        var rows = await step.Session.QueryRowsAsync(
            """
            select i.target_type, i.target_id, i.property, i.status, i.decision_id, coalesce(i.activity_id, 0), i.value
            from $rows r
            $join intent i on i.id = (
              select max(t.id) from intent t
              where t.connection_id = @ConnectionId and t.target_type = r.target_type and t.target_id = r.target_id and t.property = r.property
                and t.status in ('applied', 'unchanged', 'kept', 'rejected'))
            """,
            Keys,
            keys,
            new { step.Batch.ConnectionId },
            reader => (
                Key: new IntentKey(reader.GetString(0), reader.GetString(1), reader.GetString(2)),
                Intent: new LastIntent(
                    Stored.Parse<IntentStatus>(reader.GetString(3)), reader.GetInt64(4), reader.GetInt64(5), reader.TextOrNull(6))));
        return rows.ToDictionary(row => row.Key, row => row.Intent);
    }

    private static async Task<Dictionary<IntentKey, EffectiveIntent>> ReadEffectiveAsync(LedgerStep step, IReadOnlyList<IntentKey> shared)
    {
        var rows = await step.Session.QueryRowsAsync(
            """
            select i.target_type, i.target_id, i.property, i.value, a.occurred_at, a.id, case when i.purpose = 'undo' then 1 else 0 end
            from $rows r
            $join intent i on i.id = (
              select max(t.id) from intent t
              where t.connection_id = @ConnectionId and t.target_type = r.target_type and t.target_id = r.target_id and t.property = r.property
                and t.status in ('applied', 'unchanged', 'kept'))
            $join activity a on a.id = i.activity_id
            """,
            Keys,
            shared,
            new { step.Batch.ConnectionId },
            reader => (
                Key: new IntentKey(reader.GetString(0), reader.GetString(1), reader.GetString(2)),
                Intent: new EffectiveIntent(reader.TextOrNull(3), (reader.GetInt64(4), reader.GetInt64(5))) { IsUndo = reader.GetInt32(6) is 1 }));
        return rows.ToDictionary(row => row.Key, row => row.Intent);
    }

    // What an operator took back or put away stays so for the decision that asked for it, however often that asks again. An undo that was itself put away bars nothing.
    private static async Task<HashSet<(IntentKey Key, long DecisionId)>> ReadBarredAsync(LedgerStep step, IReadOnlyList<IntentKey> keys)
    {
        var rows = await step.Session.QueryRowsAsync(
            """
            select t.target_type, t.target_id, t.property, t.decision_id
            from $rows r
            $join intent t on t.connection_id = @ConnectionId and t.target_type = r.target_type and t.target_id = r.target_id and t.property = r.property
            where (t.purpose = 'undo' and t.status not in ('superseded', 'discarded')) or (t.purpose <> 'undo' and t.status = 'discarded')
            """,
            Keys,
            keys,
            new { step.Batch.ConnectionId },
            reader => (new IntentKey(reader.GetString(0), reader.GetString(1), reader.GetString(2)), reader.GetInt64(3)));
        return [.. rows];
    }

    private static async Task StoreAsync(LedgerStep step, IntentPlan plan)
    {
        await IntentTransitions.SupersedeAsync(step, [.. plan.Superseded], "newer_decision", "A newer decision wants another value.");
        await step.Session.ExecuteRowsAsync(
            """
            update intent set decision_id = r.decision_id, activity_id = r.activity_id, taxonomy = r.taxonomy, run_id = r.run_id, updated_at = @Now
            from $rows r where intent.id = r.id
            """,
            Repointed,
            [.. plan.Repointed],
            new { step.Session.Now });
        await step.Session.ExecuteRowsAsync(
            "update intent set next_decision_id = r.decision_id from $rows r where intent.id = r.id", Next, [.. plan.Next]);
        await step.Session.ExecuteRowsAsync(
            """
            insert into intent (connection_id, target_type, target_id, property, taxonomy, activity_id, company_id, decision_id, run_id, batch_id, value,
              is_shared, status, created_at, updated_at)
            select @ConnectionId, r.target_type, r.target_id, r.property, r.taxonomy, r.activity_id, r.company_id, r.decision_id, r.run_id, r.batch_id, r.value,
              r.is_shared, 'pending', @Now, @Now
            from $rows r
            """,
            Planned,
            [.. plan.Planned],
            new { step.Batch.ConnectionId, step.Session.Now });
    }
}
