using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Acts;

/// <summary>
/// Lets waiting writes go: all that match a filter, a sample of them, or exactly what a preview showed. Release and mode are two things: a released write goes out
/// where its connection asks for approval or writes, and waits in every other mode.
/// </summary>
internal sealed class Approval : IActWork
{
    /// <summary>Code of a write that is not what the preview showed any more.</summary>
    public const string Stale = "approve.stale";

    /// <summary>Code of a write that does not wait any more.</summary>
    public const string NotWaiting = "approve.not_waiting";

    /// <summary>Code of a write that an earlier act let go.</summary>
    public const string Repeated = "approve.already_released";

    /// <summary>Code of the outcome that says who let a write go.</summary>
    public const string Released = "act.approved";

    public RunKind Kind => RunKind.Approve;

    public ActTarget Target => ActTarget.Intent;

    public string Candidates(ActState act)
    {
        // Whatever became of it, a row that the operator saw has to be answered for.
        if (act.Request.PreviewRunId is not null)
            return "i.id in (select p.intent_id from preview p where p.run_id = @previewRunId)";
        return act.Request.Sample is null
            ? "i.status = 'pending'"
            : SampleChoice.Condition(
                ActFilters.Read(act.Request), "(i.release_run_id = @runId or (i.status = 'pending' and i.release_run_id is null))");
    }

    public async Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids)
    {
        var rows = await step.Session.QueryRowsAsync(
            """
            select i.id, i.status, i.release_run_id, case when p.run_id is not null and (p.decision_id <> i.decision_id or p.value $differs i.value) then 1 else 0 end
            from $rows r
            $join intent i on i.id = r.id
            left join preview p on p.run_id = @PreviewRunId and p.intent_id = i.id
            order by i.id
            """,
            IntentPage.Ids,
            ids,
            new { act.Request.PreviewRunId },
            reader => (Id: reader.GetInt64(0), Reason: ReasonFor(reader.GetInt64(0), reader.GetString(1), reader.LongOrNull(2), reader.GetInt32(3) is 1)));
        IReadOnlyList<long> go = [.. rows.Where(row => row.Reason is null).Select(row => row.Id)];
        await ReleaseAsync(step, act, go);
        return new ActOutcome(go.Count, [.. rows.Select(row => row.Reason).OfType<LeftOut>()]);
    }

    private static LeftOut? ReasonFor(long id, string status, long? releasedBy, bool isStale) => (status, releasedBy, isStale) switch
    {
        (not "pending", _, _) => new LeftOut(id, NotWaiting, $"It does not wait any more: {Became(status)}."),
        (_, _, true) => new LeftOut(id, Stale, "The decision or its value has changed since the preview; look at a new preview and approve that."),
        (_, { } run, _) => new LeftOut(id, Repeated, $"Run {run} let it go already; nothing changed."),
        _ => null,
    };

    private static string Became(string status) => status switch
    {
        "sending" => "it is on its way to the CRM",
        "unknown" => "it was sent, and what became of it is being found out",
        "applied" => "it is written",
        "unchanged" => "the CRM held the value already",
        "kept" => "the CRM holds somebody else's value, which stays",
        "rejected" => "the CRM refused it",
        "superseded" => "a newer decision took its place",
        "discarded" => "an operator put it away",
        _ => status,
    };

    private static async Task ReleaseAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids)
    {
        await IntentPage.MoveAsync(step, act, ids, IntentStatus.Pending, Released, $"{act.Request.Actor} let it go (run {act.RunId}).");
        await step.Session.ExecuteRowsAsync(
            "update intent set release_run_id = @RunId from $rows r where intent.id = r.id", IntentPage.Ids, ids, new { act.RunId });
    }
}
