using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Reads what an assignment needs.</summary>
internal sealed class AccountReading(LedgerDatabase database)
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    /// <summary>Approved segments and what was merged into them: an account's place under any of these is the approved one's.</summary>
    internal const string Standing =
        "select s.id as part_id, t.id as id, t.key as key, t.name as name, t.version as version, s.model_id as model_id, s.model_segment as model_segment "
        + "from segment s join segment t on t.id = coalesce(s.merged_into, s.id) and t.state = 'approved' where s.state in ('approved', 'merged')";

    public Task<IReadOnlyList<ActiveSegment>> ReadActiveAsync(CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<ActiveSegment>>(
        async session =>
        {
            var rows = await session.QueryAsync(
                $"select id, key, name, version, model_id, model_segment from ({Standing}) p order by id, part_id",
                null,
                reader => (Id: reader.GetInt64(0), Key: reader.GetString(1), Name: reader.GetString(2), Version: reader.GetInt64(3), Model: reader.LongOrNull(4), Place: reader.TextOrNull(5)));
            return
            [
                .. rows.GroupBy(row => row.Id).Select(group => new ActiveSegment(
                    group.Key, group.First().Key, group.First().Name, group.First().Version,
                    [.. group.Where(row => row.Model is not null && row.Place is not null).Select(row => (row.Model!.Value, row.Place!))])),
            ];
        },
        cancellationToken);

    public Task<IReadOnlyList<DueAccount>> ReadDueAsync(long connectionId, long afterId, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<DueAccount>>(
        async session =>
        {
            var due = await session.QueryAsync(
                $"""
                select d.company_id, d.reads_text, d.asked,
                  (select p.id from segment_member m join ({Standing}) p on p.part_id = m.segment_id where m.company_id = d.company_id and m.by_person = 1 limit 1)
                from account_due d where d.connection_id = @connectionId and d.company_id > @afterId order by d.company_id limit @limit
                """,
                new { connectionId, afterId, limit },
                reader => (Id: reader.GetInt64(0), Reads: reader.GetInt64(1) is 1, Asked: reader.GetInt64(2), Pinned: reader.LongOrNull(3)));
            var evidence = (await session.QueryRowsAsync(
                $"""
                select e.company_id, e.model_id, e.sums, e.speaking, e.notes, e.activities, e.revision from $rows r
                $join account_evidence e on e.company_id = r.id
                where e.model_id in (select p.model_id from ({Standing}) p)
                order by e.company_id, e.model_id
                """,
                Ids,
                [.. due.Select(row => row.Id)],
                null,
                reader => (Id: reader.GetInt64(0), Sums: new AccountSums(
                    reader.GetInt64(1), SegmentJson.ReadNumbers(reader.GetString(2)), SegmentJson.ReadCounts(reader.GetString(3)), (int)reader.GetInt64(4),
                    SegmentJson.ReadIdLists(reader.GetString(5)), reader.GetInt64(6))))).ToLookup(row => row.Id, row => row.Sums);
            return [.. due.Select(row => new DueAccount(row.Id, row.Reads, row.Asked, row.Pinned, [.. evidence[row.Id]]))];
        },
        cancellationToken);

    public async Task<byte[]?> ReadModelAsync(long modelId, CancellationToken cancellationToken) => await database.ReadAsync(
        session => session.FirstAsync("select content from segment_model where id = @modelId and content is not null", new { modelId }, reader => (byte[])reader.GetValue(0)),
        cancellationToken);
}
