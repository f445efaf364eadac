using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Pipeline.WriteBack.Previews;
using CrmSync.Storage.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Previews;

/// <summary>What previews read and find.</summary>
internal sealed class PreviewRows(LedgerDatabase database, ActRows acts)
{
    private const string Seen = "exists (select 1 from preview p where p.run_id = @runId and p.intent_id = i.id)";

    private static readonly RowShape<PreviewRow> Rows = new(
        new RowShape<PreviewRow>.Long("intent_id", row => row.IntentId),
        new RowShape<PreviewRow>.Long("decision_id", row => row.DecisionId),
        new RowShape<PreviewRow>.Text("value", row => row.Value),
        new RowShape<PreviewRow>.Text("value_now", row => row.ValueNow),
        new RowShape<PreviewRow>.Text("shadow_now", row => row.ShadowNow),
        new RowShape<PreviewRow>.Text("verdict", row => Stored.Name(row.Verdict)),
        new RowShape<PreviewRow>.Text("actor", row => row switch
        {
            { Origin: { } origin } => Stored.Name(origin.Actor),
            { Verdict: PreviewVerdict.Kept } => Stored.Name(Pipeline.Jobs.ValueActor.Unknown),
            _ => null,
        }),
        new RowShape<PreviewRow>.Long("set_at", row => row.Origin?.At?.ToUnixTimeMilliseconds()),
        new RowShape<PreviewRow>.Text("set_by", row => row.Origin?.Who));

    public async Task<PreviewPage> ReadPageAsync(long runId, int limit, CancellationToken cancellationToken)
    {
        var act = await acts.FindAsync(runId, cancellationToken)
            ?? throw new InvalidOperationException($"Run {runId} is no operator's act, so there is nothing to show.");
        return await database.ReadAsync(
            async session =>
            {
                var ids = await ReadIdsAsync(session, act, limit);
                return ids.Count is 0
                    ? new PreviewPage([], act.UpToId)
                    : new PreviewPage(await WorkReading.ReadIntentsAsync(session, ids), ids[^1]);
            },
            cancellationToken);
    }

    public static async Task SaveAsync(LedgerStep step, PreviewStep preview)
    {
        await step.Session.ExecuteRowsAsync(
            """
            insert into preview (run_id, intent_id, decision_id, value, value_now, shadow_now, verdict, actor, set_at, set_by, looked_at)
            select @RunId, r.intent_id, r.decision_id, r.value, r.value_now, r.shadow_now, r.verdict, r.actor, r.set_at, r.set_by, @Now from $rows r where true
            on conflict (run_id, intent_id) do nothing
            """,
            Rows,
            preview.Rows,
            new { step.Batch.RunId, step.Session.Now });
        await step.Session.ExecuteAsync(
            "update act set done = done + @done, position = coalesce(@Position, position) where run_id = @RunId",
            new { done = preview.Rows.Count, preview.Position, step.Batch.RunId });
        step.Tally.Add(step.Batch.RunId, "seen", preview.Rows.Count);
    }

    private static Task<List<long>> ReadIdsAsync(Session session, ActState act, int limit)
    {
        var filter = ActFilters.Read(act.Request);
        filter.Parameters.Add("runId", act.RunId);
        filter.Parameters.Add("upTo", act.UpToId);
        filter.Parameters.Add("after", act.Position);
        filter.Parameters.Add("limit", limit);
        var sample = act.Request.Sample is null ? "" : $"and {SampleChoice.Condition(filter, $"(i.status = 'pending' or {Seen})")}";
        // The plus keeps SQLite on the ids.
        return session.QueryAsync(
            $"""
            select i.id from {filter.From}
            where i.id > @after and i.id <= @upTo and +i.connection_id = @connectionId and i.status = 'pending' and not {Seen} {filter.Where} {sample}
            order by i.id limit @limit
            """,
            filter.Parameters,
            reader => reader.GetInt64(0));
    }
}
