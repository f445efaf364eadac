using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;

namespace CrmSync.Storage.Acts;

/// <summary>
/// What an undo or a force that somebody ended had not written yet is put away, in pieces, by the gathering: nobody may find a value overwritten after they said stop.
/// Writes that a retry let go stand behind current decisions and go their way.
/// </summary>
internal static class EndedActs
{
    private const int RowsAtOnce = 1_000;

    public static async Task PutAwayAsync(Session session, long connectionId)
    {
        var rest = await session.QueryAsync(
            $"""
            select i.id, i.purpose
            from run c
            join intent i on i.act_run_id = c.id and i.status in {Stored.Open}
            left join batch b on b.id = i.batch_id
            where c.status = 'cancelled' and c.kind in ('undo', 'force') and c.connection_id = @connectionId and i.status = 'pending'
              and i.purpose in ('undo', 'force') and (b.id is null or b.status <> 'running')
            order by i.id limit {RowsAtOnce}
            """,
            new { connectionId },
            reader => (Id: reader.GetInt64(0), Purpose: Stored.Parse<IntentPurpose>(reader.GetString(1))));
        if (rest.Count is 0)
            return;
        await IntentTransitions.ActAsync(LedgerStep.Of(session, connectionId), [.. rest.Select(row => new IntentChange(
            row.Id, row.Purpose is IntentPurpose.Undo ? IntentStatus.Discarded : IntentStatus.Kept)
        {
            Code = "act.ended", Message = "The operator's act behind it was ended before it was written.",
        })]);
        await session.ExecuteRowsAsync("update intent set purpose = 'label' from $rows r where intent.id = r.id and intent.purpose = 'force'", IntentPage.Ids, [.. rest.Select(row => row.Id)]);
    }
}
