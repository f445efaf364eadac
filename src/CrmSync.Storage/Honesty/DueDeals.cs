using CrmSync.Pipeline.Model;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Honesty;

/// <summary>Asks for deals to be judged again, in the transaction of whatever changed.</summary>
internal static class DueDeals
{
    private const string Insert = "insert into deal_due (deal_id, connection_id, asked, since_at) select distinct d.id, d.connection_id, 1, @Now";

    private const string Again = "where true on conflict (deal_id) do update set asked = deal_due.asked + 1";

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<(string Type, string Id)> Records = new(
        new RowShape<(string Type, string Id)>.Text("object_type", row => row.Type),
        new RowShape<(string Type, string Id)>.Text("external_id", row => row.Id));

    private static readonly RowShape<string> Keys = new(new RowShape<string>.Text("external_id", id => id));

    /// <summary>The deals that activities hang on: their stages, times or being there changed.</summary>
    public static Task AskByActivitiesAsync(Session session, long connectionId, IReadOnlyList<long> activities) =>
        session.ExecuteRowsAsync(
            $"""
            {Insert} from $rows r
            $join activity_link l on l.activity_id = r.id and l.role = 'deal'
            $join crm_deal d on d.connection_id = @connectionId and d.object_type = l.object_type and d.external_id = l.external_id
            {Again}
            """,
            Ids,
            activities,
            new { connectionId, session.Now });

    /// <summary>Activities by their keys in the CRM.</summary>
    public static Task AskByKeysAsync(LedgerStep step, string objectType, IReadOnlyList<string> externalIds) =>
        step.Session.ExecuteRowsAsync(
            $"""
            {Insert} from $rows r
            $join activity a on a.connection_id = @ConnectionId and a.object_type = @objectType and a.external_id = r.external_id
            $join activity_link l on l.activity_id = a.id and l.role = 'deal'
            $join crm_deal d on d.connection_id = @ConnectionId and d.object_type = l.object_type and d.external_id = l.external_id
            {Again}
            """,
            Keys,
            externalIds,
            new { step.Batch.ConnectionId, objectType, step.Session.Now });

    /// <summary>Deals that links came to, or were taken from.</summary>
    public static Task AskByLinksAsync(LedgerStep step, IEnumerable<Association> links) =>
        AskAsync(step, [.. links.Where(link => link.Role == "deal").Select(link => (link.ObjectType, link.ExternalId)).Distinct()]);

    /// <summary>Deals that were read, and those of companies that were read.</summary>
    public static async Task AskByRecordsAsync(LedgerStep step, CrmRecords records)
    {
        await AskAsync(step, [.. records.Deals.Select(deal => (deal.ObjectType, deal.ExternalId)).Distinct()]);
        await step.Session.ExecuteRowsAsync(
            $"""
            {Insert} from $rows r
            $join crm_company c on c.connection_id = @ConnectionId and c.object_type = r.object_type and c.external_id = r.external_id and c.changed_at = @Now
            $join crm_deal_link l on l.role = 'company' and l.external_id = c.external_id
            $join crm_deal d on d.id = l.deal_id and d.connection_id = @ConnectionId
            {Again}
            """,
            Records,
            [.. records.Companies.Select(company => (company.ObjectType, company.ExternalId)).Distinct()],
            new { step.Batch.ConnectionId, step.Session.Now });
    }

    /// <summary>All deals of a connection, by and by: what a stage means, or who somebody is, concerns many.</summary>
    public static Task AskForAllAsync(Session session, long connectionId) =>
        session.ExecuteAsync("update honesty_state set after_id = 0 where connection_id = @connectionId", new { connectionId });

    private static Task AskAsync(LedgerStep step, IReadOnlyList<(string Type, string Id)> deals) =>
        step.Session.ExecuteRowsAsync(
            $"""
            {Insert} from $rows r
            $join crm_deal d on d.connection_id = @ConnectionId and d.object_type = r.object_type and d.external_id = r.external_id
            {Again}
            """,
            Records,
            deals,
            new { step.Batch.ConnectionId, step.Session.Now });
}
