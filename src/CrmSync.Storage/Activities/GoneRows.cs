using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Honesty;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Notes;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Activities;

/// <summary>Marks activities that the CRM does not have any more, and ends what was still to be written on them.</summary>
internal static class GoneRows
{
    private static readonly RowShape<string> Keys = new(new RowShape<string>.Text("external_id", id => id));

    public static async Task SaveAsync(LedgerStep step, GoneActivities gone)
    {
        IReadOnlyList<string> ids = [.. gone.ExternalIds.Distinct()];
        var parameters = new { step.Batch.ConnectionId, gone.ObjectType, step.Session.Now };
        await step.Session.ExecuteRowsAsync(
            """
            update activity set gone_at = @Now from $rows r
            where activity.connection_id = @ConnectionId and activity.object_type = @ObjectType and activity.external_id = r.external_id and activity.gone_at is null
            """,
            Keys,
            ids,
            parameters);
        await OwnNotes.MarkGoneAsync(step, gone);
        await DueDeals.AskByKeysAsync(step, gone.ObjectType, ids);
        await DueAccounts.AskByKeysAsync(step, gone.ObjectType, ids);
        // What a runner holds it will find gone by itself, and it alone knows whether its write came first.
        var open = await step.Session.QueryRowsAsync(
            $"""
            select i.id, i.target_id
            from $rows r
            $join activity a on a.connection_id = @ConnectionId and a.object_type = @ObjectType and a.external_id = r.external_id
            $join intent i on i.connection_id = @ConnectionId and i.target_type = @ObjectType and i.target_id = r.external_id and i.status in {Stored.Open}
            left join batch b on b.id = i.batch_id
            where b.id is null or b.status <> 'running'
            order by i.id
            """,
            Keys,
            ids,
            parameters,
            reader => (Id: reader.GetInt64(0), Record: reader.GetString(1)));
        await IntentTransitions.SaveAsync(step, [.. open.Select(intent => new IntentChange(intent.Id, IntentStatus.Rejected)
        {
            Code = "record.gone",
            Message = $"The record {gone.ObjectType} {intent.Record} is not in the CRM any more; it was deleted, archived or merged. A restored one is labelled again.",
        })]);
    }
}
