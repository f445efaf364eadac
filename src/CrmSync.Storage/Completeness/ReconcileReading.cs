using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Completeness;

/// <summary>Reads what comparisons are about, beside the writer.</summary>
internal sealed class ReconcileReading(LedgerDatabase database)
{
    private const string InWindow =
        "connection_id = @connectionId and object_type = @ObjectType and crm_modified_at >= @from and crm_modified_at < @until and gone_at is null";

    // Notes that we wrote are in the CRM's list of notes, and in our books.
    private const string OwnNotes = $"crm_note where status in ('written', 'removing') and external_id is not null and {InWindow}";

    // What we wrote last of a label: no write of ours is under way, none was undone, and no later look has found that somebody else's value stands there.
    private const string IsLast =
        """
        i.status in ('applied', 'unchanged') and i.purpose <> 'undo' and not exists (
          select 1 from intent n
          where n.connection_id = i.connection_id and n.target_type = i.target_type and n.target_id = i.target_id and n.property = i.property and n.id > i.id
            and n.status in ('applied', 'unchanged', 'kept', 'pending', 'sending', 'unknown'))
        """;

    private static readonly RowShape<string> Keys = new(new RowShape<string>.Text("external_id", id => id));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public Task<ReconcileWork?> ReadComparisonAsync(long batchId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync(
                "select id, object_type, from_at, to_at, is_by_ids, most_labels, position from completeness where batch_id = @batchId and state = 'checking'",
                new { batchId },
                reader => new ReconcileWork(
                    reader.GetInt64(0), new CompareWindow(reader.GetString(1), reader.Instant(2), reader.Instant(3)), reader.GetInt64(4) is 1,
                    reader.LongOrNull(5), reader.TextOrNull(6))),
            cancellationToken);

    public async Task<long> CountAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.ScalarAsync($"select (select count(*) from activity where {InWindow}) + (select count(*) from {OwnNotes})", Of(connectionId, window)), cancellationToken) ?? 0;

    public async Task<IReadOnlyList<IdStamp>> ReadIdsAsync(long connectionId, CompareWindow window, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                $"select external_id, crm_modified_at from activity where {InWindow} union all select external_id, crm_modified_at from {OwnNotes}", Of(connectionId, window), reader => new IdStamp(reader.GetString(0), reader.Instant(1))),
            cancellationToken);

    // A key whose data was erased before it was ever stored is ours as much as one that was erased later, and so is a note that we wrote.
    public async Task<IReadOnlyDictionary<string, KnownKey>> FindKeysAsync(
        long connectionId, string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            session => session.QueryRowsAsync(
                """
                select r.external_id, coalesce(a.crm_modified_at, 0), case when a.status = 'erased' or e.at is not null or n.id is not null then 1 else 0 end,
                  case when a.gone_at is null then 0 else 1 end
                from $rows r
                left join activity a on a.connection_id = @connectionId and a.object_type = @objectType and a.external_id = r.external_id
                left join erasure e on e.connection_id = @connectionId and e.object_type = @objectType and e.external_id = r.external_id
                left join crm_note n on n.connection_id = @connectionId and n.object_type = @objectType and n.external_id = r.external_id
                where a.id is not null or e.at is not null or n.id is not null
                """,
                Keys,
                ids,
                new { connectionId, objectType },
                reader => (Id: reader.GetString(0), Key: new KnownKey(reader.Instant(1), reader.GetInt64(2) is 1, reader.GetInt64(3) is 1))),
            cancellationToken);
        return rows.ToDictionary(row => row.Id, row => row.Key, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyList<WrittenLabel>> ReadLabelsAsync(
        long connectionId, CompareWindow window, LabelCursor? after, int limit, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QueryAsync(
                $"""
                select i.id, i.activity_id, i.target_type, i.target_id, i.is_shared, i.property, coalesce(i.value_after, i.value), a.crm_modified_at
                from activity a join intent i on i.activity_id = a.id
                where a.connection_id = @connectionId and a.object_type = @ObjectType and a.crm_modified_at >= @from and a.crm_modified_at < @until
                  and a.gone_at is null and a.status <> 'erased'
                  and (a.crm_modified_at, a.id, i.id) < (@modified, @activity, @intent) and {IsLast}
                order by a.crm_modified_at desc, a.id desc, i.id desc
                limit @limit
                """,
                new
                {
                    connectionId, window.ObjectType, from = window.From.ToUnixTimeMilliseconds(), until = window.Until.ToUnixTimeMilliseconds(), limit,
                    modified = after?.ModifiedAt.ToUnixTimeMilliseconds() ?? long.MaxValue, activity = after?.ActivityId ?? 0, intent = after?.IntentId ?? 0,
                },
                reader => new WrittenLabel(
                    reader.GetInt64(0), reader.GetInt64(1), new LabelTarget(reader.GetString(2), reader.GetString(3), reader.GetInt64(4) is 1), reader.GetString(5),
                    reader.TextOrNull(6) is { Length: > 0 } value ? value : null, reader.Instant(7))),
            cancellationToken);

    public async Task<IReadOnlySet<long>> StillLastAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken)
    {
        var found = await database.ReadAsync(
            session => session.QueryRowsAsync($"select i.id from $rows r $join intent i on i.id = r.id where {IsLast}", Ids, intentIds, null, reader => reader.GetInt64(0)),
            cancellationToken);
        return found.ToHashSet();
    }

    public async Task<CompletenessTotals> ReadTotalsAsync(long completenessId, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.FirstAsync(
                """
                select coalesce(c.crm_count, 0), coalesce(c.ledger_count, 0), c.checked_labels,
                  coalesce(sum(case when i.kind = 'missing' then 1 else 0 end), 0), coalesce(sum(case when i.kind = 'missing' and i.state = 'open' then 1 else 0 end), 0),
                  coalesce(sum(case when i.kind = 'extra' then 1 else 0 end), 0), coalesce(sum(case when i.kind = 'drifted' then 1 else 0 end), 0),
                  coalesce(sum(case when i.kind = 'drifted' and i.actor = 'human' then 1 else 0 end), 0)
                from completeness c left join completeness_item i on i.completeness_id = c.id
                where c.id = @completenessId
                group by c.id, c.crm_count, c.ledger_count, c.checked_labels
                """,
                new { completenessId },
                reader => new CompletenessTotals(
                    reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(2), reader.GetInt64(6), reader.GetInt64(7))),
            cancellationToken) ?? throw new InvalidOperationException($"The ledger has no comparison {completenessId}.");

    private static object Of(long connectionId, CompareWindow window) => new
    {
        connectionId, window.ObjectType, from = window.From.ToUnixTimeMilliseconds(), until = window.Until.ToUnixTimeMilliseconds(),
    };
}
