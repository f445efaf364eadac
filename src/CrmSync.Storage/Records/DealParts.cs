using CrmSync.Pipeline.Model;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Records;

/// <summary>Stage history and links of deals, which stand in tables of their own.</summary>
internal static class DealParts
{
    private static readonly RowShape<CrmDeal> Keys = new(
        new RowShape<CrmDeal>.Text("object_type", deal => deal.ObjectType),
        new RowShape<CrmDeal>.Text("external_id", deal => deal.ExternalId));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<(long DealId, StageChange Change)> Stages = new(
        new RowShape<(long DealId, StageChange Change)>.Long("deal_id", row => row.DealId),
        new RowShape<(long DealId, StageChange Change)>.Long("entered_at", row => row.Change.At.ToUnixTimeMilliseconds()),
        new RowShape<(long DealId, StageChange Change)>.Text("stage", row => row.Change.StageId),
        new RowShape<(long DealId, StageChange Change)>.Text("by_id", row => row.Change.By));

    private static readonly RowShape<DealLink> Links = new(
        new RowShape<DealLink>.Long("deal_id", link => link.DealId),
        new RowShape<DealLink>.Text("role", link => link.To.Role),
        new RowShape<DealLink>.Text("object_type", link => link.To.ObjectType),
        new RowShape<DealLink>.Text("external_id", link => link.To.ExternalId),
        new RowShape<DealLink>.Text("label", link => link.To.Label));

    /// <param name="step">The step.</param>
    /// <param name="deals">The newest version of each deal, stored a moment ago.</param>
    /// <param name="all">All versions: an old one may know of a stage that a newer one has forgotten.</param>
    public static async Task SaveAsync(LedgerStep step, IReadOnlyList<CrmDeal> deals, IReadOnlyList<CrmDeal> all)
    {
        if (deals.Count is 0)
            return;
        var stored = (await step.Session.QueryRowsAsync(
            """
            select d.object_type, d.external_id, d.id, d.crm_modified_at from $rows r
            $join crm_deal d on d.connection_id = @ConnectionId and d.object_type = r.object_type and d.external_id = r.external_id
            """,
            Keys,
            deals,
            new { step.Batch.ConnectionId },
            reader => (Key: (reader.GetString(0), reader.GetString(1)), Id: reader.GetInt64(2), ModifiedAt: reader.GetInt64(3))))
            .ToDictionary(row => row.Key);
        await SaveStagesAsync(step, [.. from deal in all
                                        from change in deal.StageHistory
                                        select (stored[(deal.ObjectType, deal.ExternalId)].Id, change)]);
        // A version that did not make it into the row has nothing to say about links either.
        await SaveLinksAsync(step, [.. from deal in deals
                                       let row = stored[(deal.ObjectType, deal.ExternalId)]
                                       where row.ModifiedAt == deal.ModifiedAt.ToUnixTimeMilliseconds()
                                       select (row.Id, deal)]);
    }

    private static Task<int> SaveStagesAsync(LedgerStep step, IReadOnlyList<(long DealId, StageChange Change)> changes) =>
        step.Session.ExecuteRowsAsync(
            """
            insert into crm_deal_stage (deal_id, entered_at, stage_external_id, by_external_id)
            select r.deal_id, r.entered_at, r.stage, r.by_id from $rows r where true
            on conflict (deal_id, entered_at, stage_external_id) do update set by_external_id = excluded.by_external_id
            where crm_deal_stage.by_external_id is null and excluded.by_external_id is not null
            """,
            Stages,
            [.. changes.GroupBy(row => (row.DealId, row.Change.At.ToUnixTimeMilliseconds(), row.Change.StageId))
                .Select(group => group.FirstOrDefault(row => row.Change.By is not null, group.First()))]);

    private static async Task SaveLinksAsync(LedgerStep step, IReadOnlyList<(long Id, CrmDeal Deal)> deals)
    {
        var wanted = deals.SelectMany(row => ActivityParts.Distinct(row.Deal.Links).Select(link => new DealLink(row.Id, link))).ToList();
        var held = await step.Session.QueryRowsAsync(
            "select l.deal_id, l.role, l.object_type, l.external_id, l.label from $rows r $join crm_deal_link l on l.deal_id = r.id",
            Ids,
            [.. deals.Select(row => row.Id)],
            null,
            reader => new DealLink(reader.GetInt64(0), new Association(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.TextOrNull(4))));
        await step.Session.ExecuteRowsAsync(
            "delete from crm_deal_link where (deal_id, role, external_id) in (select r.deal_id, r.role, r.external_id from $rows r)",
            Links,
            [.. held.Except(wanted)]);
        await step.Session.ExecuteRowsAsync(
            """
            insert into crm_deal_link (deal_id, role, object_type, external_id, label)
            select r.deal_id, r.role, r.object_type, r.external_id, r.label from $rows r
            """,
            Links,
            [.. wanted.Except(held)]);
    }

    private readonly record struct DealLink(long DealId, Association To);
}
