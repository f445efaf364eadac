using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Acts;

/// <summary>
/// Carries an act out, page by page. A step is part of the transaction that its batch commits: the rows, the position, the counters and the reasons of what was
/// left out are saved together, so that a broken act goes on behind the last row that it dealt with.
/// </summary>
internal static class ActSteps
{
    /// <summary>Matching rows of one step.</summary>
    public const int RowsAtOnce = 1_000;

    // Where a filter matches little, a step must not walk the whole table.
    private const int Window = 50_000;

    private static readonly IReadOnlyList<IActWork> Works = [new Retry(), new RetryActivities(), new Discard(), new DiscardActivities(), new Undo(), new Force(), new Approval()];

    private static readonly RowShape<LeftOut> LeftOutRows = new(
        new RowShape<LeftOut>.Long("subject_id", row => row.SubjectId),
        new RowShape<LeftOut>.Text("code", row => row.Code),
        new RowShape<LeftOut>.Text("message", row => row.Message));

    /// <summary>Deals with the next rows of the act that the step's run is.</summary>
    public static async Task CarryOutAsync(LedgerStep step)
    {
        var act = await ActRows.FindAsync(step.Session, step.Batch.RunId ?? 0)
            ?? throw new InvalidOperationException($"The run {step.Batch.RunId} is no act.");
        if (act.Position >= act.UpToId)
            return;
        var work = WorkOf(act.Request);
        var end = Math.Min(act.Position + Window, act.UpToId);
        var ids = await ReadPageAsync(step.Session, act, work, end);
        var outcome = ids.Count is 0 ? ActOutcome.Nothing : await work.CarryOutAsync(step, act, ids);
        await step.Session.ExecuteRowsAsync(
            """
            insert into act_left_out (run_id, subject_id, code, message) select @RunId, r.subject_id, r.code, r.message from $rows r where true
            on conflict (run_id, subject_id) do nothing
            """,
            LeftOutRows,
            outcome.LeftOut,
            new { act.RunId });
        await step.Session.ExecuteAsync(
            "update act set position = @position, done = done + @Done, left_out = left_out + @leftOut where run_id = @RunId",
            new { position = ids.Count < RowsAtOnce ? end : ids[^1], outcome.Done, leftOut = outcome.LeftOut.Count, act.RunId });
        step.Tally.Add(act.RunId, "seen", ids.Count);
        step.Tally.Add(act.RunId, "skipped", outcome.LeftOut.Count);
    }

    /// <summary>How many rows an act would look at, as things stand.</summary>
    public static async Task<long> CountAsync(Session session, ActRequest request)
    {
        var filter = ActFilters.Read(request);
        filter.Parameters.Add("runId", 0L);
        filter.Parameters.Add("upTo", long.MaxValue);
        return await session.ScalarAsync(
            $"select count(*) from {filter.From} where +{filter.Alias}.connection_id = @connectionId {filter.Where} and ({WorkOf(request).Candidates(new ActState(0, request, 0, 0, 0, 0))})",
            filter.Parameters) ?? 0;
    }

    private static Task<List<long>> ReadPageAsync(Session session, ActState act, IActWork work, long end)
    {
        var filter = ActFilters.Read(act.Request);
        filter.Parameters.Add("runId", act.RunId);
        filter.Parameters.Add("upTo", act.UpToId);
        filter.Parameters.Add("after", act.Position);
        filter.Parameters.Add("end", end);
        // The plus keeps SQLite on the ids, or on the index by run, which holds them in order, too.
        return session.QueryAsync(
            $"""
            select {filter.Alias}.id from {filter.From}
            where {filter.Alias}.id > @after and {filter.Alias}.id <= @end and +{filter.Alias}.connection_id = @connectionId {filter.Where}
              and ({work.Candidates(act)})
            order by {filter.Alias}.id limit {RowsAtOnce}
            """,
            filter.Parameters,
            reader => reader.GetInt64(0));
    }

    private static IActWork WorkOf(ActRequest request) =>
        Works.FirstOrDefault(work => work.Kind == request.Kind && work.Target == request.Target)
        ?? throw new LedgerException("act.kind", $"An act of the kind {Stored.Name(request.Kind)} does not work on {Stored.Name(request.Target)} rows.");
}
