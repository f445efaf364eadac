using CrmSync.Pipeline.Model;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Asks for accounts to be looked at again, in the transaction of whatever changed. Without an approved segment nobody is assigned, and nothing is asked.</summary>
internal static class DueAccounts
{
    private const string Columns = "insert into account_due (company_id, connection_id, reads_text, asked, since_at)";

    private const string Again =
        """
        where true on conflict (company_id) do update set asked = account_due.asked + 1,
          reads_text = case when excluded.reads_text = 1 then 1 else account_due.reads_text end
        """;

    private static readonly string Companies = ActivityCompanies.Of("$rows r", "@connectionId");

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<(string Type, string Id)> Keys = new(
        new RowShape<(string Type, string Id)>.Text("object_type", row => row.Type),
        new RowShape<(string Type, string Id)>.Text("external_id", row => row.Id));

    /// <summary>Accounts that activities hang on.</summary>
    public static async Task AskByActivitiesAsync(LedgerStep step, IReadOnlyList<long> activities)
    {
        if (activities.Count == 0 || !await IsInUseAsync(step.Session))
            return;
        await step.Session.ExecuteRowsAsync(
            $"{Columns} select distinct f.company_id, @connectionId, 1, 1, @Now from ({Companies}) f {Again}", Ids, activities, new { connectionId = step.Batch.ConnectionId, step.Session.Now });
    }

    /// <summary>Accounts that activities hang on, by the keys of these in the CRM.</summary>
    public static async Task AskByKeysAsync(LedgerStep step, string objectType, IReadOnlyList<string> externalIds)
    {
        if (externalIds.Count == 0 || !await IsInUseAsync(step.Session))
            return;
        await AskByActivitiesAsync(step, await step.Session.QueryRowsAsync(
            "select a.id from $rows r $join activity a on a.connection_id = @ConnectionId and a.object_type = r.object_type and a.external_id = r.external_id",
            Keys,
            [.. externalIds.Select(id => (objectType, id))],
            new { step.Batch.ConnectionId },
            reader => reader.GetInt64(0)));
    }

    /// <summary>Accounts that links of activities came from or went to.</summary>
    public static async Task AskByLinksAsync(LedgerStep step, IReadOnlyList<Association> lost, IReadOnlyList<long> activities)
    {
        if ((lost.Count == 0 && activities.Count == 0) || !await IsInUseAsync(step.Session))
            return;
        await AskByActivitiesAsync(step, activities);
        await AskForCompaniesAsync(step, [.. lost.Where(link => link.Role == "company").Select(link => (link.ObjectType, link.ExternalId)).Distinct()]);
    }

    /// <summary>New companies, and those whose people or deals were read.</summary>
    public static async Task AskByRecordsAsync(LedgerStep step, CrmRecords records)
    {
        if (!await IsInUseAsync(step.Session))
            return;
        await AskForCompaniesAsync(
            step,
            [
                .. records.Companies.Select(company => (company.ObjectType, company.ExternalId))
                    .Concat(records.Deals.SelectMany(deal => deal.Links).Where(link => link.Role == "company").Select(link => (link.ObjectType, link.ExternalId))).Distinct(),
            ]);
        await step.Session.ExecuteRowsAsync(
            $"""
            {Columns} select distinct c.id, @ConnectionId, 1, 1, @Now from $rows r
            $join crm_company c on c.connection_id = @ConnectionId and c.external_id = r.external_id {Again}
            """,
            Keys,
            [.. records.People.Where(person => person.CompanyId is not null).Select(person => ("", person.CompanyId!)).Distinct()],
            new { step.Batch.ConnectionId, step.Session.Now });
    }

    /// <summary>Every account; texts are read of those that the model has not read yet.</summary>
    public static Task AskForAllAsync(Session session, long? modelId) => session.ExecuteAsync(
        $"""
        {Columns}
        select c.id, c.connection_id, case when exists (select 1 from account_evidence e where e.company_id = c.id and e.model_id = @modelId) then 0 else 1 end, 1, @Now
        from crm_company c {Again}
        """,
        new { modelId, session.Now });

    /// <summary>The accounts of a segment; their texts are not read again.</summary>
    public static Task AskForMembersAsync(Session session, long segmentId) => session.ExecuteAsync(
        $"""
        {Columns} select c.id, c.connection_id, 0, 1, @Now from segment_member m join crm_company c on c.id = m.company_id and m.segment_id = @segmentId {Again}
        """,
        new { segmentId, session.Now });

    /// <summary>Some accounts; their texts are not read again.</summary>
    public static Task AskForAsync(Session session, IReadOnlyList<long> companies) => session.ExecuteRowsAsync(
        $"{Columns} select c.id, c.connection_id, 0, 1, @Now from $rows r $join crm_company c on c.id = r.id {Again}", Ids, companies, new { session.Now });

    private static Task<int> AskForCompaniesAsync(LedgerStep step, IReadOnlyList<(string Type, string Id)> companies) => step.Session.ExecuteRowsAsync(
        $"""
        {Columns} select c.id, @ConnectionId, 1, 1, @Now from $rows r
        $join crm_company c on c.connection_id = @ConnectionId and c.object_type = r.object_type and c.external_id = r.external_id {Again}
        """,
        Keys,
        companies,
        new { step.Batch.ConnectionId, step.Session.Now });

    private static async Task<bool> IsInUseAsync(Session session) => await session.ScalarAsync(SegmentRow.AnyApproved) is not null;
}
