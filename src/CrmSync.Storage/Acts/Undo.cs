using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Acts;

/// <summary>
/// Takes applied writes back where ours is the last one: makes an intent that writes what stood before, with its shadow. Whether the CRM still holds what we wrote is
/// asked at the moment of writing, never here.
/// </summary>
internal sealed class Undo : IActWork
{
    public RunKind Kind => RunKind.Undo;

    public ActTarget Target => ActTarget.Intent;

    // What was kept, unchanged or rejected put nothing into the CRM: there is nothing to take back, and nothing to tell.
    public string Candidates(ActState act) => $"i.status = 'applied' or i.status in {Stored.Open}";

    public async Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids)
    {
        var rows = await ReadAsync(step, ids);
        var leftOut = rows.Select(row => Refusal(row)).OfType<LeftOut>().ToList();
        IReadOnlyList<long> ready = [.. rows.Select(row => row.Id).Except(leftOut.Select(row => row.SubjectId))];
        var made = await step.Session.QueryRowsAsync(
            """
            insert into intent (connection_id, target_type, target_id, property, taxonomy, activity_id, company_id, decision_id, run_id, value, is_shared, status, purpose,
              shadow, undoes_id, release_run_id, act_run_id, created_at, updated_at)
            select w.connection_id, w.target_type, w.target_id, w.property, w.taxonomy, w.activity_id, w.company_id, w.decision_id, @RunId, w.value_before, w.is_shared, 'pending', 'undo',
              case when w.purpose = 'label' then coalesce(w.shadow_before, w.value_before) else w.shadow_before end, w.id, @RunId, @RunId, @Now, @Now
            from $rows r
            $join intent w on w.id = r.id
            returning id, undoes_id
            """,
            IntentPage.Ids,
            ready,
            new { act.RunId, step.Session.Now },
            reader => (Id: reader.GetInt64(0), Undoes: reader.GetInt64(1)));
        await step.Session.ExecuteRowsAsync("update intent set undone_by_id = r.id from $rows r where intent.id = r.undoes_id", Made, made);
        return new ActOutcome(ready.Count, leftOut);
    }

    private static readonly RowShape<(long Id, long Undoes)> Made = new(
        new RowShape<(long Id, long Undoes)>.Long("id", row => row.Id),
        new RowShape<(long Id, long Undoes)>.Long("undoes_id", row => row.Undoes));

    // A newer write that was itself taken back does not count: behind it, ours is the last one again.
    private static Task<List<Row>> ReadAsync(LedgerStep step, IReadOnlyList<long> ids) =>
        step.Session.QueryRowsAsync(
            $"""
            select i.id, i.status, i.purpose, u.status,
              case when i.status in ('sending', 'unknown') or (i.status = 'pending' and b.status = 'running') then 1 else 0 end,
              (select case when n.status <> 'pending' or nb.status = 'running' then 'sending' else 'pending' end
               from intent n left join batch nb on nb.id = n.batch_id where {IntentPage.SameKey} and n.status in {Stored.Open}),
              case when exists (
                select 1 from intent n left join intent nu on nu.id = n.undone_by_id
                where {IntentPage.SameKey} and n.id > i.id and n.status = 'applied' and n.purpose <> 'undo' and coalesce(nu.status, '') <> 'applied') then 1 else 0 end,
              case when coalesce(a.gone_at, k.gone_at) is not null and coalesce(a.object_type, k.object_type) = i.target_type
                and coalesce(a.external_id, k.external_id) = i.target_id then 1 else 0 end
            from $rows r
            $join intent i on i.id = r.id
            left join activity a on a.id = i.activity_id
            left join crm_company k on k.id = i.company_id
            left join intent u on u.id = i.undone_by_id
            left join batch b on b.id = i.batch_id
            order by i.id
            """,
            IntentPage.Ids,
            ids,
            null,
            Read);

    private static LeftOut? Refusal(Row row) => row switch
    {
        { Purpose: IntentPurpose.Undo } => new LeftOut(row.Id, "act.already_undone", "It is itself an undo, which is not taken back; a new decision writes the label again."),
        { IsFlying: true } => new LeftOut(row.Id, "act.in_flight", "It is being written at this moment; look at what became of it, then undo again."),
        { Status: not IntentStatus.Applied } => new LeftOut(row.Id, "act.not_written", "It waits to be written, so there is nothing to take back; 'discard' keeps it from being written."),
        { Undo: IntentStatus.Applied or IntentStatus.Unchanged } => new LeftOut(row.Id, "act.already_undone", "It was taken back before."),
        { Undo: IntentStatus.Pending or IntentStatus.Sending or IntentStatus.Unknown } => new LeftOut(row.Id, "act.already_undone", "It is being taken back already."),
        { Open: IntentStatus.Sending } => new LeftOut(row.Id, "act.in_flight", "A newer write of this label is under way; look at what became of it, then undo that one."),
        { Open: not null } => new LeftOut(row.Id, "act.newer_write", "A newer write of this label waits; discard it first, or undo it once it is written."),
        { HasNewer: true } => new LeftOut(row.Id, "act.newer_write", "A newer write of ours stands there by now; undo that one."),
        { IsGone: true } => new LeftOut(row.Id, "act.record_gone", "The CRM does not have the record any more."),
        _ => null,
    };

    private static Row Read(DbDataReader reader) => new(
        reader.GetInt64(0), Stored.Parse<IntentStatus>(reader.GetString(1)), Stored.Parse<IntentPurpose>(reader.GetString(2)),
        StatusOrNull(reader, 3), reader.GetInt32(4) is 1, StatusOrNull(reader, 5), reader.GetInt32(6) is 1, reader.GetInt32(7) is 1);

    private static IntentStatus? StatusOrNull(DbDataReader reader, int ordinal) =>
        reader.TextOrNull(ordinal) is { } status ? Stored.Parse<IntentStatus>(status) : null;

    // Undo: state of the newest undo of this write. Open: another open write of the key, "sending" where it cannot be taken back any more.
    private sealed record Row(
        long Id, IntentStatus Status, IntentPurpose Purpose, IntentStatus? Undo, bool IsFlying, IntentStatus? Open, bool HasNewer, bool IsGone);
}
