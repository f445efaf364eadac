using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Erasure;
using CrmSync.Storage.Honesty;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Records;

/// <summary>
/// Stores companies, people and deals. A version that was modified earlier than the stored one changes nothing; one that says the same is not written.
/// </summary>
internal static class RecordRows
{
    private static readonly RowShape<CrmCompany> Companies = new(
        new RowShape<CrmCompany>.Text("object_type", row => row.ObjectType),
        new RowShape<CrmCompany>.Text("external_id", row => row.ExternalId),
        new RowShape<CrmCompany>.Text("name", row => row.Name),
        new RowShape<CrmCompany>.Text("name_key", row => NameKey.Of(row.Name)),
        new RowShape<CrmCompany>.Text("domain", row => row.Domain),
        new RowShape<CrmCompany>.Text("industry", row => row.Industry),
        new RowShape<CrmCompany>.Long("employees", row => row.Employees),
        new RowShape<CrmCompany>.Real("revenue", row => (double?)row.Revenue),
        new RowShape<CrmCompany>.Text("region", row => row.Region),
        new RowShape<CrmCompany>.Text("owner_external_id", row => row.OwnerId),
        new RowShape<CrmCompany>.Long("crm_created_at", row => row.CreatedAt.ToUnixTimeMilliseconds()),
        new RowShape<CrmCompany>.Long("crm_modified_at", row => row.ModifiedAt.ToUnixTimeMilliseconds()));

    private static readonly RowShape<CrmPerson> People = new(
        new RowShape<CrmPerson>.Text("object_type", row => row.ObjectType),
        new RowShape<CrmPerson>.Text("external_id", row => row.ExternalId),
        new RowShape<CrmPerson>.Text("name", row => row.Name),
        new RowShape<CrmPerson>.Text("title", row => row.Title),
        new RowShape<CrmPerson>.Text("email", row => row.Email),
        new RowShape<CrmPerson>.Text("company_external_id", row => row.CompanyId),
        new RowShape<CrmPerson>.Text("owner_external_id", row => row.OwnerId),
        new RowShape<CrmPerson>.Long("crm_created_at", row => row.CreatedAt.ToUnixTimeMilliseconds()),
        new RowShape<CrmPerson>.Long("crm_modified_at", row => row.ModifiedAt.ToUnixTimeMilliseconds()));

    private static readonly RowShape<CrmDeal> Deals = new(
        new RowShape<CrmDeal>.Text("object_type", row => row.ObjectType),
        new RowShape<CrmDeal>.Text("external_id", row => row.ExternalId),
        new RowShape<CrmDeal>.Text("name", row => row.Name),
        new RowShape<CrmDeal>.Text("pipeline_external_id", row => row.PipelineId),
        new RowShape<CrmDeal>.Text("stage_external_id", row => row.StageId),
        new RowShape<CrmDeal>.Real("amount", row => (double?)row.Amount),
        new RowShape<CrmDeal>.Text("currency", row => row.Currency),
        new RowShape<CrmDeal>.Text("close_date", row => row.CloseDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        new RowShape<CrmDeal>.Long("is_closed", row => row.IsClosed ? 1 : 0),
        new RowShape<CrmDeal>.Long("is_won", row => row.IsWon ? 1 : 0),
        new RowShape<CrmDeal>.Text("close_reason", row => row.CloseReason),
        new RowShape<CrmDeal>.Text("owner_external_id", row => row.OwnerId),
        new RowShape<CrmDeal>.Long("crm_created_at", row => row.CreatedAt.ToUnixTimeMilliseconds()),
        new RowShape<CrmDeal>.Long("crm_modified_at", row => row.ModifiedAt.ToUnixTimeMilliseconds()));

    private static readonly Upsert<CrmCompany> SaveCompanies = new("crm_company", Companies, ["object_type", "external_id"], "crm_modified_at");

    private static readonly Upsert<CrmPerson> SavePeople = new("crm_person", People, ["object_type", "external_id"], "crm_modified_at");

    private static readonly Upsert<CrmDeal> SaveDeals = new("crm_deal", Deals, ["object_type", "external_id"], "crm_modified_at");

    public static async Task SaveAsync(LedgerStep step, CrmRecords records)
    {
        if (records.Count is 0)
            return;
        var stored = await SaveCompanies.SaveAsync(step, Latest(records.Companies, row => (row.ObjectType, row.ExternalId), row => row.ModifiedAt));
        stored += await SavePeople.SaveAsync(step, Latest(await ErasureGuard.KeepOutAsync(step, records.People), row => (row.ObjectType, row.ExternalId), row => row.ModifiedAt));
        var deals = Latest(records.Deals, row => (row.ObjectType, row.ExternalId), row => row.ModifiedAt);
        stored += await SaveDeals.SaveAsync(step, deals);
        step.Tally.Add(step.Batch.RunId, "stored", stored);
        await DealParts.SaveAsync(step, deals, records.Deals);
        await DueDeals.AskByRecordsAsync(step, records);
        await DueAccounts.AskByRecordsAsync(step, records);
    }

    // A page may repeat a record: the version modified last wins, of several with one time the one read last.
    private static List<T> Latest<T>(IReadOnlyList<T> rows, Func<T, (string, string)> key, Func<T, DateTimeOffset> modifiedAt) =>
        [.. rows.GroupBy(key).Select(group => group.Aggregate((best, row) => modifiedAt(row) >= modifiedAt(best) ? row : best))];
}
