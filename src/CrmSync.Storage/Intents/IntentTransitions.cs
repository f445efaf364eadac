using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Intents;

/// <summary>Moves intents from state to state; each step leaves an outcome behind.</summary>
internal static class IntentTransitions
{
    private const string NextColumns =
        $"d.id, d.taxonomy, i.run_id, d.write_property, d.write_value, i.target_type, i.target_id, {LabelSource.EitherColumns}";

    private const string NextJoins =
        "decision d on d.id = i.next_decision_id and d.superseded_at is null left join activity a on a.id = d.activity_id left join crm_company k on k.id = d.company_id";

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<Transition> Transitions = new(
        new RowShape<Transition>.Long("id", row => row.Last.IntentId),
        new RowShape<Transition>.Text("status", row => Stored.Name(row.Last.Status)),
        new RowShape<Transition>.Long("sends", row => row.Sends),
        new RowShape<Transition>.Text("value_before", row => row.ValueBefore),
        new RowShape<Transition>.Text("shadow_before", row => row.ShadowBefore),
        new RowShape<Transition>.Text("value_after", row => row.Last.ValueAfter),
        new RowShape<Transition>.Text("actor", row => row.Last.Actor is { } actor ? Stored.Name(actor) : null),
        new RowShape<Transition>.Text("code", row => row.Last.Code));

    private static readonly RowShape<IntentChange> Outcomes = new(
        new RowShape<IntentChange>.Long("intent_id", row => row.IntentId),
        new RowShape<IntentChange>.Text("status", row => Stored.Name(row.Status)),
        new RowShape<IntentChange>.Text("code", row => row.Code),
        new RowShape<IntentChange>.Text("message", row => row.Message),
        new RowShape<IntentChange>.Text("remote_message", row => row.RemoteMessage),
        new RowShape<IntentChange>.Text("correlation_id", row => row.CorrelationId),
        new RowShape<IntentChange>.Text("value_before", row => row.ValueBefore),
        new RowShape<IntentChange>.Text("value_after", row => row.ValueAfter));

    /// <summary>Saves the runner's transitions. An intent that has ended stays ended.</summary>
    public static async Task SaveAsync(LedgerStep step, IReadOnlyList<IntentChange> changes)
    {
        if (changes.Count is 0)
            return;
        var open = await ReadOpenAsync(step, [.. changes.Select(change => change.IntentId).Distinct()]);
        IReadOnlyList<Transition> transitions = [.. changes.Where(change => open.ContainsKey(change.IntentId))
            .GroupBy(change => change.IntentId)
            .Select(group => new Transition([.. group]))];
        await StoreAsync(step, transitions);
        foreach (var transition in transitions.Where(transition => IsTerminal(transition.Last.Status)))
        {
            var (runId, actRunId, next) = open[transition.Last.IntentId];
            step.Tally.Add(runId, Stored.Name(transition.Last.Status));
            // What an operator's act brought about counts with the act, too.
            if (actRunId != runId)
                step.Tally.Add(actRunId, Stored.Name(transition.Last.Status));
            if (next is not null)
                step.Wanted.Add(next);
        }
    }

    /// <summary>Rejects all that a discarded write batch leaves open.</summary>
    public static async Task RejectOpenAsync(LedgerStep step, string code, string message)
    {
        var open = await step.Session.QueryAsync(
            $"select id from intent where batch_id = @Id and status in {Stored.Open} order by id", new { step.Batch.Id }, reader => reader.GetInt64(0));
        await SaveAsync(step, [.. open.Select(id => new IntentChange(id, IntentStatus.Rejected) { Code = code, Message = message })]);
    }

    /// <summary>Moves intents on an operator's word, those that have ended included. It counts nowhere: the act has counters of its own.</summary>
    public static Task ActAsync(LedgerStep step, IReadOnlyList<IntentChange> changes) => StoreAsync(step, [.. changes.Select(change => new Transition([change]))]);

    public static Task SupersedeAsync(LedgerStep step, IReadOnlyList<long> ids, string code, string message) =>
        StoreAsync(step, [.. ids.Select(id => new Transition([new IntentChange(id, IntentStatus.Superseded) { Code = code, Message = message }]))]);

    /// <summary>Decisions that came while a pending intent was held by a runner, which has now let go of it.</summary>
    public static Task<List<WantedLabel>> ReadNextOfPendingAsync(LedgerStep step) =>
        step.Session.QueryAsync(
            $"""
            select i.id, {NextColumns} from intent i join {NextJoins}
            where i.batch_id = @Id and i.status = 'pending' and d.write_property is not null
            order by i.id
            """,
            new { step.Batch.Id },
            reader => ReadNext(reader, 1)! with { WaitedOn = reader.GetInt64(0) });

    private static async Task<Dictionary<long, (long? RunId, long? ActRunId, WantedLabel? Next)>> ReadOpenAsync(LedgerStep step, IReadOnlyList<long> ids)
    {
        var rows = await step.Session.QueryRowsAsync(
            $"""
            select i.id, i.run_id, i.act_run_id, {NextColumns}
            from $rows r
            $join intent i on i.id = r.id and i.status in {Stored.Open}
            left join {NextJoins}
            """,
            Ids,
            ids,
            null,
            reader => (Id: reader.GetInt64(0), RunId: reader.LongOrNull(1), ActRunId: reader.LongOrNull(2), Next: ReadNext(reader, 3)));
        return rows.ToDictionary(row => row.Id, row => (row.RunId, row.ActRunId, row.Next));
    }

    private static WantedLabel? ReadNext(DbDataReader reader, int at) => reader.IsDBNull(at) || reader.IsDBNull(at + 3)
        ? null
        : new WantedLabel(
            reader.GetInt64(at), LabelSource.ReadEither(reader, at + 7), reader.GetString(at + 1), reader.LongOrNull(at + 2), reader.GetString(at + 3),
            reader.TextOrNull(at + 4))
        {
            Only = (reader.GetString(at + 5), reader.GetString(at + 6)),
        };

    // A value before that is null says "blank" when the request is about to be sent, and "not looked at" otherwise.
    private static async Task StoreAsync(LedgerStep step, IReadOnlyList<Transition> transitions)
    {
        await step.Session.ExecuteRowsAsync(
            """
            update intent set status = r.status, attempt = intent.attempt + r.sends, code = r.code, actor = coalesce(r.actor, intent.actor), updated_at = @Now,
              value_before = case when r.sends > 0 or r.value_before is not null then r.value_before else intent.value_before end,
              shadow_before = case when r.sends > 0 then r.shadow_before else intent.shadow_before end,
              value_after = case when r.status = 'applied' then r.value_after else coalesce(r.value_after, intent.value_after) end
            from $rows r where intent.id = r.id
            """,
            Transitions,
            transitions,
            new { step.Session.Now });
        await step.Session.ExecuteRowsAsync(
            """
            insert into outcome (intent_id, status, at, code, message, remote_message, correlation_id, value_before, value_after)
            select r.intent_id, r.status, @Now, r.code, r.message, r.remote_message, r.correlation_id, r.value_before, r.value_after from $rows r
            """,
            Outcomes,
            [.. transitions.SelectMany(transition => transition.Changes)],
            new { step.Session.Now });
    }

    private static bool IsTerminal(IntentStatus status) =>
        status is IntentStatus.Applied or IntentStatus.Unchanged or IntentStatus.Kept or IntentStatus.Rejected;

    private sealed record Transition(IReadOnlyList<IntentChange> Changes)
    {
        public IntentChange Last => Changes[^1];

        public int Sends => Changes.Count(change => change.Status is IntentStatus.Sending);

        public string? ShadowBefore => Changes.LastOrDefault(change => change.Status is IntentStatus.Sending)?.ShadowBefore;

        public string? ValueBefore => Changes.LastOrDefault(change => change.ValueBefore is not null || change.Status is IntentStatus.Sending)?.ValueBefore;
    }
}
