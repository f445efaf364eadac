using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Search;

namespace CrmSync.Storage.Erasure;

/// <summary>What went with activities.</summary>
internal readonly record struct ErasedCounts(int Activities, int LearningTexts, int HostedReasons, int Withdrawn, int UnderWay);

/// <summary>
/// Takes all text away from activities and leaves a tombstone. Decisions stay: they are labels, rule ids and places in a text that is no longer there.
/// </summary>
internal static class ErasedActivities
{
    private const string Code = "activity.erased";
    private const string Message = "The text of the activity was erased on request, so nothing more is done about it.";

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public static async Task<ErasedCounts> EraseAsync(LedgerStep step, IReadOnlyList<long> activities)
    {
        var session = step.Session;
        IReadOnlyList<long> erased = await session.QueryRowsAsync(
            """
            update activity set status = 'erased', evidence = '{}', batch_id = null, waits_until = null, dead_code = null, dead_message = null
            from $rows r where activity.id = r.id and activity.status <> 'erased'
            returning activity.id
            """,
            Ids,
            activities,
            null,
            reader => reader.GetInt64(0));
        await session.ExecuteRowsAsync("delete from activity_text where activity_id in (select r.id from $rows r)", Ids, erased);
        await session.ExecuteAsync("update chore set done_at = null where name = @MergeChore", new { SearchRows.MergeChore });
        var learning = await session.ExecuteRowsAsync("delete from correction_text where activity_id in (select r.id from $rows r)", Ids, erased);
        var reasons = await session.ExecuteRowsAsync(
            "delete from hosted_reason where decision_id in (select d.id from $rows r $join decision d on d.activity_id = r.id)", Ids, erased);
        await session.ExecuteRowsAsync(
            """
            update ask set status = 'dropped', code = @Code, message = @Message, batch_id = null, finished_at = @Now
            from $rows r where ask.activity_id = r.id and ask.status = 'open'
            """,
            Ids,
            erased,
            new { Code, Message, session.Now });
        await session.ExecuteRowsAsync(
            "delete from note_topic where topics_id in (select t.id from segment_topics t) and activity_id in (select r.id from $rows r)", Ids, erased);
        // Vectors that a search under way learns from are not known by activity: it asks for them again.
        if (erased.Count > 0)
            await session.ExecuteAsync("delete from segment_search_vector");
        await ErasedTalks.EraseAsync(session, erased);
        await ErasedQuotes.EraseAsync(session, erased);
        // The CRM's words about a refused write may quote the record.
        await session.ExecuteRowsAsync(
            "update outcome set remote_message = null where remote_message is not null and intent_id in (select i.id from $rows r $join intent i on i.activity_id = r.id)",
            Ids,
            erased);
        var (withdrawn, underWay) = await WithdrawAsync(step, erased);
        return new ErasedCounts(erased.Count, learning, reasons, withdrawn, underWay);
    }

    // What a runner holds ends by itself, and it alone knows whether its write came first.
    private static async Task<(int Withdrawn, int UnderWay)> WithdrawAsync(LedgerStep step, IReadOnlyList<long> erased)
    {
        var open = await step.Session.QueryRowsAsync(
            $"""
            select i.id, case when i.status <> 'pending' or b.status = 'running' then 1 else 0 end
            from $rows r
            $join intent i on i.activity_id = r.id and i.status in {Stored.Open}
            left join batch b on b.id = i.batch_id
            order by i.id
            """,
            Ids,
            erased,
            null,
            reader => (Id: reader.GetInt64(0), InFlight: reader.GetInt32(1) is 1));
        await step.Session.ExecuteRowsAsync(
            """
            update intent set next_decision_id = null
            where status in ('pending', 'sending', 'unknown') and next_decision_id in (select d.id from $rows r $join decision d on d.activity_id = r.id)
            """,
            Ids,
            erased);
        IReadOnlyList<long> waiting = [.. open.Where(intent => !intent.InFlight).Select(intent => intent.Id)];
        await IntentTransitions.SupersedeAsync(step, waiting, Code, Message);
        step.Vacated.AddRange(waiting);
        return (waiting.Count, open.Count - waiting.Count);
    }
}
