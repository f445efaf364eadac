using CrmSync.Storage.Database;

namespace CrmSync.Storage.Retention;

/// <summary>How a table is purged.</summary>
/// <param name="Name">The table.</param>
/// <param name="Id">Its key, or the part of it by which a purge goes along.</param>
/// <param name="Old">Which rows go; the table stands in it as <c>t</c>, the limit as <c>@before</c>. Never a row that an invariant needs.</param>
/// <param name="Day">The instant that a removed row counts for.</param>
/// <param name="Connection">The connection that it counts for; a row without one leaves no total.</param>
/// <param name="Total">The name of the total that it is added to.</param>
internal sealed record PurgeTable(string Name, string Id, string Old, string Day, string Connection, string Total)
{
    /// <summary>Ids per step.</summary>
    public int AtOnce { get; init; } = 500;

    /// <summary>The rest of the key, where several rows have one id; then a step takes one id and comes back to it until its rows are gone.</summary>
    public string? Rest { get; init; }

    /// <summary>What refers to the rows and goes or lets go first; the ids stand in <c>$rows</c>.</summary>
    public IReadOnlyList<string> Unlink { get; init; } = [];
}

/// <summary>The tables of <see cref="Pipeline.Retention.RetentionRules"/>.</summary>
internal static class PurgeTables
{
    private const string EndedRun = "in (select r.id from run r where r.status not in ('running', 'paused') and r.finished_at < @before)";

    private static readonly IReadOnlyDictionary<string, PurgeTable> All = new PurgeTable[]
    {
        new("run_log", "id", "t.at < @before", "at", "connection_id", "'log.' || level"),
        // A guard needs what was sent since the newest confirmed write of a place, so only what lies before that goes.
        new("outcome", "id",
            $"""
            t.at < @before and exists (
              select 1 from intent i join intent n on n.connection_id = i.connection_id and n.target_type = i.target_type and n.target_id = i.target_id
                and n.property = i.property and n.id > i.id and n.status in ('applied', 'unchanged')
              where i.id = t.intent_id and i.status not in {Stored.Open})
            """,
            "at", "(select i.connection_id from intent i where i.id = intent_id)", "'outcome.' || status"),
        new("preview", "run_id", $"t.looked_at < @before and t.run_id {EndedRun}",
            "looked_at", "(select r.connection_id from run r where r.id = run_id)", "'preview.' || verdict") { AtOnce = 1, Rest = "intent_id" },
        new("act_left_out", "run_id", $"t.run_id {EndedRun}",
            "(select r.finished_at from run r where r.id = run_id)", "(select r.connection_id from run r where r.id = run_id)", "'left_out.' || code") { AtOnce = 1, Rest = "subject_id" },
        new("completeness_item", "completeness_id",
            """
            exists (
              select 1 from completeness c where c.id = t.completeness_id and c.finished_at < @before and exists (
                select 1 from completeness n where n.connection_id = c.connection_id and n.object_type = c.object_type and n.id > c.id and n.finished_at is not null))
            """,
            "at", "(select c.connection_id from completeness c where c.id = completeness_id)", "'completeness.' || kind || '.' || state") { AtOnce = 1, Rest = "kind, external_id, property" },
        new("ask", "id", "t.finished_at < @before and t.status <> 'open'", "finished_at", "connection_id", "'ask.' || status"),
        new("alert_event", "id",
            """
            t.at < @before and exists (select 1 from alert_event n where n.alert_id = t.alert_id and n.id > t.id)
              and not exists (select 1 from alert_delivery d where d.event_id = t.id and d.status = 'pending')
            """,
            "at", "(select w.connection_id from alert w where w.id = alert_id)", "'alert.' || state")
        {
            Unlink = ["delete from alert_delivery where status <> 'pending' and event_id in (select r.id from $rows r)"],
        },
        new("batch", "id",
            $"""
            t.finished_at < @before and t.status in ('completed', 'cancelled', 'discarded') and (t.run_id is null or t.run_id {EndedRun})
              and not exists (select 1 from activity a where a.batch_id = t.id) and not exists (select 1 from ask q where q.batch_id = t.id)
              and not exists (select 1 from remote_batch m where m.batch_id = t.id)
              and not exists (select 1 from intent i where i.batch_id = t.id and i.status in {Stored.Open})
              and not exists (select 1 from scan s where s.batch_id = t.id and s.status = 'open')
            """,
            "finished_at", "connection_id", "'batch.' || kind || '.' || status")
        {
            AtOnce = 50,
            Unlink =
            [
                $"update intent set batch_id = null where status not in {Stored.Open} and batch_id in (select r.id from $rows r)",
                "update scan set batch_id = null where status <> 'open' and batch_id in (select r.id from $rows r)",
            ],
        },
        new("segment_metrics", "id", "t.at < @before and exists (select 1 from segment_metrics n where n.segment_id = t.segment_id and n.day > t.day)", "at", "null", "'segment_metrics'"),
        // One that is on its way to the CRM is needed until it is there.
        new("brief", "id", "t.made_at < @before and not exists (select 1 from crm_note n where n.brief_id = t.id and n.status in ('waiting', 'sending', 'removing'))", "made_at", "null", "'brief'")
        {
            Unlink = ["update crm_note set brief_id = null where brief_id in (select r.id from $rows r)"],
        },
        new("thread_message", "id", "t.at < @before", "at", "null", "'thread_message'")
        {
            Unlink =
            [
                "delete from thread_citation where message_id in (select r.id from $rows r)",
                // What sums up messages that go tells of them.
                "delete from thread_summary where up_to in (select r.id from $rows r)",
            ],
        },
        new("audit", "id", "t.at < @before", "at", "null", "'audit'"),
        new("activity_text", "activity_id",
            """
            exists (
              select 1 from activity a where a.id = t.activity_id and a.status in ('decided', 'dead') and a.occurred_at < @before and a.content_changed_at < @before)
              and not exists (select 1 from ask q where q.activity_id = t.activity_id and q.status = 'open')
            """,
            "(select a.occurred_at from activity a where a.id = activity_id)", "(select a.connection_id from activity a where a.id = activity_id)",
            "'text.' || (select a.type from activity a where a.id = activity_id)")
        {
            AtOnce = 200,
            // The model's sentence may tell of the text, and so may its hash.
            Unlink =
            [
                "delete from hosted_reason where decision_id in (select d.id from $rows r $join decision d on d.activity_id = r.id)",
                "delete from note_topic where topics_id in (select t.id from segment_topics t) and activity_id in (select r.id from $rows r)",
            ],
        },
    }.ToDictionary(table => table.Name);

    public static PurgeTable Of(string table) =>
        All.TryGetValue(table, out var found) ? found : throw new ArgumentException($"No purge looks after the table \"{table}\".", nameof(table));
}
