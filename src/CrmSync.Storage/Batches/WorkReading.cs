using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Batches;

/// <summary>Reads what a claimed batch covers, beside the writer.</summary>
internal sealed class WorkReading(LedgerDatabase database) : IWorkReader
{
    public Task<ScanWork?> ReadScanAsync(long batchId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync(
                "select id, object_type, from_at, to_at, position, kind from scan where batch_id = @batchId and status = 'open'",
                new { batchId },
                reader => new ScanWork(
                    reader.GetInt64(0), RunRows.KindOf(reader.GetString(5)), new ScanWindow(reader.GetString(1), reader.Instant(2), reader.Instant(3)),
                    reader.TextOrNull(4))),
            cancellationToken);

    public async Task<IReadOnlyList<ActivityKey>> ReadActivityKeysAsync(
        long connectionId, ScanWindow window, long afterId, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                """
                select id, external_id from activity
                where connection_id = @connectionId and object_type = @ObjectType and id > @afterId and occurred_at >= @from and occurred_at <= @to
                  and status <> 'erased' and gone_at is null
                order by id limit @limit
                """,
                new { connectionId, window.ObjectType, afterId, limit, from = window.From.ToUnixTimeMilliseconds(), to = window.To.ToUnixTimeMilliseconds() },
                reader => new ActivityKey(reader.GetInt64(0), reader.GetString(1))),
            cancellationToken);

    public async Task<IReadOnlyList<ActivityWork>> ReadActivitiesAsync(long batchId, CancellationToken cancellationToken) =>
        await database.ReadAsync<IReadOnlyList<ActivityWork>>(
            async session =>
            {
                var queued = await session.QueryAsync(
                    """
                    select a.id, a.object_type, a.external_id, a.type, t.subject, t.body, a.evidence, a.content_hash
                    from activity a join activity_text t on t.activity_id = a.id
                    where a.batch_id = @batchId and a.status = 'queued'
                    order by a.id
                    """,
                    new { batchId },
                    reader => new ActivityWork(
                        reader.GetInt64(0),
                        reader.GetString(1),
                        reader.GetString(2),
                        new ActivityContent(
                            Stored.Parse<ActivityType>(reader.GetString(3)), reader.GetString(4), reader.GetString(5), LedgerJson.ReadEvidence(reader.GetString(6))),
                        reader.GetString(7)));
                var thresholds = await ThresholdRows.OfAsync(session, [.. queued.Select(activity => activity.ActivityId)]);
                return thresholds.Count == 0 ? queued : [.. queued.Select(activity => activity with { Thresholds = thresholds.GetValueOrDefault(activity.ActivityId) ?? [] })];
            },
            cancellationToken);

    public async Task<IReadOnlyList<IntentWork>> ReadIntentsAsync(long batchId, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            async session =>
            {
                var ours = await session.QueryAsync(OursSql(OfBatch), new { batchId }, ReadOurs);
                var values = ours.ToLookup(row => row.Id, row => row.Value);
                return await session.QueryAsync(IntentsSql(OfBatch), new { batchId }, reader => ReadIntent(reader, values));
            },
            cancellationToken);

    /// <summary>The same of open intents by their ids, whichever batch covers them.</summary>
    public static async Task<IReadOnlyList<IntentWork>> ReadIntentsAsync(Session session, IReadOnlyList<long> ids)
    {
        var ours = await session.QueryRowsAsync(OursSql(AmongRows), Ids, ids, null, ReadOurs);
        var values = ours.ToLookup(row => row.Id, row => row.Value);
        return await session.QueryRowsAsync(IntentsSql(AmongRows), Ids, ids, null, reader => ReadIntent(reader, values));
    }

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private const string OfBatch = "i.batch_id = @batchId";

    private const string AmongRows = "i.id in (select id from $rows r)";

    private static string IntentsSql(string which) =>
        $"""
        select i.id, i.status, i.target_type, i.target_id, i.property, i.value, i.value_before, i.attempt,
          d.confidence, d.reason, d.taxonomy_version, d.model_version, d.decided_at,
          case when a.id is null or (a.object_type = i.target_type and a.external_id = i.target_id) or exists (
              select 1 from activity_link t
              where t.activity_id = a.id and t.role = 'twin' and t.object_type = i.target_type and t.external_id = i.target_id)
            then null else a.object_type || '/' || a.external_id end,
          i.purpose, w.value_after, i.shadow, i.created_at, case when i.release_run_id is null then 0 else 1 end, i.decision_id
        from intent i join decision d on d.id = i.decision_id left join activity a on a.id = i.activity_id left join intent w on w.id = i.undoes_id
        where {which} and i.status in {Stored.Open}
        order by i.target_id, i.property
        """;

    // What the CRM returned for the last confirmed write, and all that was sent since, however that ended. The first outcome of a sent
    // intent that is kept here also covers one that was put back to pending: its value may yet arrive. An undo restores what stood before: ours where the write that it
    // takes back met a value of ours, which a forced one need not have, and not where somebody else had put it back already.
    private static string OursSql(string which) =>
        $"""
        select i.id, case when p.status in ('applied', 'unchanged') then coalesce(p.value_after, p.value) else p.value end
        from intent i
        join intent p on p.connection_id = i.connection_id and p.target_type = i.target_type and p.target_id = i.target_id and p.property = i.property
          and p.id >= coalesce((
            select max(c.id) from intent c
            where c.connection_id = i.connection_id and c.target_type = i.target_type and c.target_id = i.target_id and c.property = i.property
              and c.status in ('applied', 'unchanged')), 0)
        where {which} and i.status in {Stored.Open}
          and (p.status in ('applied', 'unchanged') or exists (select 1 from outcome o where o.intent_id = p.id and o.status = 'sending'))
          and (p.purpose <> 'undo' or p.shadow = p.value or (p.status <> 'unchanged' and exists (select 1 from intent w where w.id = p.undoes_id and w.purpose = 'label')))
        order by i.id, p.id
        """;

    private static (long Id, string? Value) ReadOurs(DbDataReader reader) => (reader.GetInt64(0), reader.TextOrNull(1));

    private static IntentWork ReadIntent(DbDataReader reader, ILookup<long, string?> ours) => new()
    {
        IntentId = reader.GetInt64(0),
        Status = Stored.Parse<IntentStatus>(reader.GetString(1)),
        TargetType = reader.GetString(2),
        TargetId = reader.GetString(3),
        Property = reader.GetString(4),
        Value = reader.TextOrNull(5),
        ValueBefore = reader.TextOrNull(6),
        Attempt = reader.GetInt32(7),
        Confidence = reader.GetDouble(8),
        Reason = reader.GetString(9),
        TaxonomyVersion = reader.GetString(10),
        ModelVersion = reader.GetString(11),
        DecidedAt = reader.Instant(Stored.Parse<IntentPurpose>(reader.GetString(14)) is IntentPurpose.Undo ? 17 : 12),
        SourceActivity = reader.TextOrNull(13),
        Purpose = Stored.Parse<IntentPurpose>(reader.GetString(14)),
        Expected = reader.TextOrNull(15),
        Shadow = reader.TextOrNull(16),
        IsReleased = reader.GetInt32(18) is 1,
        DecisionId = reader.GetInt64(19),
        OurValues = [.. ours[reader.GetInt64(0)].Distinct()],
    };
}
