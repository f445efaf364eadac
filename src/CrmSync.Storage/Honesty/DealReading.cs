using System.Data.Common;
using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Honesty;

/// <summary>Reads deals that wait with all that is known about them.</summary>
internal static class DealReading
{
    // Beyond this an amount is a mistake of somebody's, and a decimal could not hold all of them.
    private const double MostAmount = 1e15;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public static async Task<IReadOnlyList<DueDeal>> ReadAsync(Session session, int limit)
    {
        var due = await session.QueryAsync(
            "select q.deal_id, q.connection_id, q.asked from deal_due q order by q.since_at, q.deal_id limit @limit",
            new { limit },
            reader => new DueDeal(null, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
        IReadOnlyList<long> ids = [.. due.Select(item => item.DealId)];
        var deals = (await ReadDealsAsync(session, ids)).ToDictionary(deal => deal.DealId);
        var history = (await session.QueryRowsAsync(
            "select h.deal_id, h.stage_external_id, h.entered_at from $rows r $join crm_deal_stage h on h.deal_id = r.id order by h.deal_id, h.entered_at",
            Ids,
            ids,
            null,
            reader => (DealId: reader.GetInt64(0), Change: new StageChange(reader.GetString(1), reader.Instant(2))))).ToLookup(row => row.DealId, row => row.Change);
        var signs = (await ReadSignsAsync(session, ids)).ToLookup(row => row.DealId, row => row.Sign);
        return
        [
            .. due.Select(item => item with
            {
                Deal = deals.TryGetValue(item.DealId, out var deal) ? deal with { History = [.. history[item.DealId]], Signs = [.. signs[item.DealId]] } : null,
            }),
        ];
    }

    private static Task<List<DealDossier>> ReadDealsAsync(Session session, IReadOnlyList<long> ids) =>
        session.QueryRowsAsync(
            """
            select d.id, d.connection_id, d.pipeline_external_id, d.stage_external_id, d.crm_created_at, d.crm_modified_at, d.amount, d.currency, d.close_date,
              d.owner_external_id, o.name, o.email, o.team, o.region, (
                select c.region from crm_deal_link l $join crm_company c on c.connection_id = d.connection_id and c.object_type = l.object_type and c.external_id = l.external_id
                where l.deal_id = d.id and l.role = 'company' and c.region is not null order by case when l.label like '%Primary%' then 0 else 1 end, l.external_id limit 1)
            from $rows r
            $join crm_deal d on d.id = r.id and d.gone_at is null
            left join crm_owner o on o.connection_id = d.connection_id and o.external_id = d.owner_external_id
            """,
            Ids,
            ids,
            null,
            ReadDeal);

    private static DealDossier ReadDeal(DbDataReader reader) => new()
    {
        DealId = reader.GetInt64(0),
        ConnectionId = reader.GetInt64(1),
        PipelineId = reader.TextOrNull(2),
        StageId = reader.TextOrNull(3),
        CreatedAt = reader.Instant(4),
        ModifiedAt = reader.Instant(5),
        Amount = reader.IsDBNull(6) || reader.GetDouble(6) is not (> -MostAmount and < MostAmount) ? null : (decimal)reader.GetDouble(6),
        Currency = reader.TextOrNull(7),
        CloseDate = DateOnly.TryParseExact(reader.TextOrNull(8), "yyyy-MM-dd", out var day) ? day : null,
        OwnerId = reader.TextOrNull(9),
        Owner = reader.IsDBNull(10) ? null : new CrmOwner(reader.GetString(9), null, reader.GetString(10), reader.TextOrNull(11), true)
        {
            Team = reader.TextOrNull(12), Region = reader.TextOrNull(13),
        },
        CompanyRegion = reader.TextOrNull(14),
    };

    // What the CRM does not have any more shows nothing any more.
    private static Task<List<(long DealId, StageSign Sign)>> ReadSignsAsync(Session session, IReadOnlyList<long> ids) =>
        session.QueryRowsAsync(
            """
            select d.id, a.id, a.occurred_at, case when s.status = 'decided' then s.label end, coalesce(s.confidence, 0),
              case when e.status = 'decided' and e.label = 'engaged' then 1 else 0 end
            from $rows r
            $join crm_deal d on d.id = r.id
            $join activity_link l on l.role = 'deal' and l.external_id = d.external_id
            $join activity a on a.id = l.activity_id and a.connection_id = d.connection_id and a.gone_at is null and l.object_type = d.object_type
            left join decision s on s.activity_id = a.id and s.taxonomy = 'stage' and s.superseded_at is null
            left join decision e on e.activity_id = a.id and e.taxonomy = 'engagement' and e.superseded_at is null
            """,
            Ids,
            ids,
            null,
            reader => (
                reader.GetInt64(0),
                new StageSign(reader.GetInt64(1), reader.Instant(2), SalesStages.Parse(reader.TextOrNull(3)), reader.GetDouble(4), reader.GetInt32(5) is 1)));
}
