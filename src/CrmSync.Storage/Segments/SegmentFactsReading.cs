using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Who stands in a segment and who does not.</summary>
internal sealed class SegmentFactsReading(LedgerDatabase database)
{
    // The segment and what was merged into it.
    private const string Parts = "select s.id from segment s join segment t on t.key = @segment where s.id = t.id or (s.merged_into = t.id and s.state = 'merged')";

    // Spreads ids that follow each other, the same each time on both databases.
    private const string Spread = "(c.id * 2654435761) % 4294967296";

    public Task<SegmentAccounts?> ReadAsync(string segment, int most, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            if (await session.FirstAsync("select name from segment where key = @segment", new { segment }, reader => reader.GetString(0)) is not { } name)
                return null;
            var accounts = await session.QueryAsync(
                $"""
                select m.company_id from segment_member m join crm_company c on c.id = m.company_id and c.gone_at is null
                where m.segment_id in ({Parts}) group by m.company_id order by max(m.by_person) desc, max(m.strength) desc, m.company_id limit @most
                """,
                new { segment, most },
                reader => reader.GetInt64(0));
            return new SegmentAccounts(name, accounts);
        },
        cancellationToken);

    public Task<OutsideAccounts> ReadOutsideAsync(string segment, int most, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            var accounts = await session.QueryAsync(
                $"""
                select c.id from crm_company c where c.gone_at is null
                  and not exists (select 1 from segment_member m where m.company_id = c.id and m.segment_id in ({Parts}))
                order by {Spread}, c.id limit @most
                """,
                new { segment, most },
                reader => reader.GetInt64(0));
            var wins = await session.QueryAsync(
                $"""
                select g.segment_id, sum(g.is_won), count(*) from (
                  select d.is_won,
                    (select min(p.id) from segment_member m join ({AccountReading.Standing}) p on p.part_id = m.segment_id where m.company_id = c.id) as segment_id
                  {DealFactsReading.ClosedOfMain} and c.gone_at is null
                    and not exists (select 1 from segment_member m where m.company_id = c.id and m.segment_id in ({Parts}))) g
                group by g.segment_id order by g.segment_id
                """,
                new { segment },
                reader => new Share(Convert.ToInt64(reader.GetValue(1), null), reader.GetInt64(2)));
            return new OutsideAccounts(accounts, wins);
        },
        cancellationToken);
}
