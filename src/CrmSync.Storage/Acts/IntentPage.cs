using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;

namespace CrmSync.Storage.Acts;

/// <summary>What of an intent decides whether an operator may let it be written (again).</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="TargetType">The CRM's type.</param>
/// <param name="TargetId">The CRM's id.</param>
/// <param name="IsUndo">Whether it takes an earlier write back.</param>
/// <param name="HasNewer">Whether the same label of the same record has an open or newer write.</param>
/// <param name="IsCurrent">Whether its decision is still the current one and wants this value.</param>
/// <param name="IsGone">Whether it is to be written on an activity that the CRM does not have any more.</param>
/// <param name="Source">The activity.</param>
internal sealed record IntentRow(
    long Id, string TargetType, string TargetId, bool IsUndo, bool HasNewer, bool IsCurrent, bool IsGone, LabelSource Source);

/// <summary>What the acts on intents share: reading a page of rows, saying why one is left out, and moving rows with an outcome.</summary>
internal static class IntentPage
{
    public static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    /// <summary>Another intent of the key of <c>i</c>.</summary>
    public const string SameKey =
        "n.connection_id = i.connection_id and n.target_type = i.target_type and n.target_id = i.target_id and n.property = i.property and n.id <> i.id";

    /// <summary>Rows of ended intents that may become pending again, and why others may not.</summary>
    public static async Task<(IReadOnlyList<long> Ready, List<LeftOut> LeftOut)> SortAsync(LedgerStep step, IReadOnlyList<long> ids)
    {
        var rows = await step.Session.QueryRowsAsync(
            $"""
            select i.id, i.target_type, i.target_id, case when i.purpose = 'undo' then 1 else 0 end,
              case when exists (select 1 from intent n where {SameKey}
                and (n.status in {Stored.Open} or (n.id > i.id and n.status in ('applied', 'unchanged', 'kept', 'rejected')))) then 1 else 0 end,
              case when d.superseded_at is null and d.write_property = i.property and coalesce(d.write_value, '') = coalesce(i.value, '') then 1 else 0 end,
              case when coalesce(a.gone_at, k.gone_at) is not null and coalesce(a.object_type, k.object_type) = i.target_type
                and coalesce(a.external_id, k.external_id) = i.target_id then 1 else 0 end,
              {LabelSource.EitherColumns}
            from $rows r
            $join intent i on i.id = r.id
            join decision d on d.id = i.decision_id
            left join activity a on a.id = i.activity_id
            left join crm_company k on k.id = i.company_id
            order by i.id
            """,
            Ids,
            ids,
            null,
            Read);
        var moved = await TargetPlanning.FindMovedAsync(
            step, [.. rows.Where(row => !row.IsUndo).Select(row => (row.Id, row.Source, row.TargetType, row.TargetId))]);
        var ready = new List<long>();
        var leftOut = new List<LeftOut>();
        foreach (var row in rows)
        {
            if (Refusal(row, moved.Contains(row.Id)) is { } refusal)
                leftOut.Add(refusal);
            else
                ready.Add(row.Id);
        }
        return (ready, leftOut);
    }

    /// <summary>Moves ended intents, each with an outcome that tells of the act.</summary>
    public static async Task MoveAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids, IntentStatus status, string code, string message)
    {
        await IntentTransitions.ActAsync(step, [.. ids.Select(id => new IntentChange(id, status) { Code = code, Message = message })]);
        await step.Session.ExecuteRowsAsync("update intent set act_run_id = @RunId from $rows r where intent.id = r.id", Ids, ids, new { act.RunId });
    }

    /// <summary>Makes ended intents wait for their turn again, let go by this act.</summary>
    public static async Task ReopenAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids, string code, string message)
    {
        await MoveAsync(step, act, ids, IntentStatus.Pending, code, message);
        await step.Session.ExecuteRowsAsync(
            "update intent set batch_id = null, next_decision_id = null, release_run_id = @RunId from $rows r where intent.id = r.id", Ids, ids, new { act.RunId });
    }

    private static LeftOut? Refusal(IntentRow row, bool isMoved) => row switch
    {
        { HasNewer: true } => new LeftOut(row.Id, "act.newer_write", "This label of the record has a newer write; only the newest may be tried."),
        { IsGone: true } => new LeftOut(row.Id, "act.record_gone", "The CRM does not have the record any more; if it is restored, its label is asked for again."),
        { IsUndo: true } => null,
        { IsCurrent: false } => new LeftOut(row.Id, "act.decision_withdrawn", "The decision behind it is not the current one any more; the current one has a write of its own."),
        _ when isMoved => new LeftOut(row.Id, "act.target_moved", "The label belongs to another record by now, and has a write there."),
        _ => null,
    };

    private static IntentRow Read(DbDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3) is 1, reader.GetInt32(4) is 1, reader.GetInt32(5) is 1,
        reader.GetInt32(6) is 1, LabelSource.ReadEither(reader, 7));
}
