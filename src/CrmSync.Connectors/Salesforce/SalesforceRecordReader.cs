using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Opportunities with their history and contact roles, accounts, contacts and leads. An object that the org does not show is left out, as
/// is a field. Thread-safe.
/// </summary>
internal sealed class SalesforceRecordReader(
    SalesforceRowScan scan, SalesforceDeals deals, SalesforceDirectory directory, SalesforceSchema schema, CrmTransport transport, SalesforceOptions options)
    : IRecordReader
{
    /// <summary>What a deal is called here.</summary>
    public const string Opportunity = "Opportunity";

    /// <summary>What a company is called here.</summary>
    public const string Account = "Account";

    private static readonly IReadOnlyDictionary<string, string[]> Fields = new Dictionary<string, string[]>
    {
        [Opportunity] =
            ["Name", "StageName", "Amount", "CurrencyIsoCode", "CloseDate", "IsClosed", "IsWon", "OwnerId", "AccountId", "LastStageChangeDate", "CreatedDate"],
        [Account] =
            ["Name", "Website", "Industry", "NumberOfEmployees", "AnnualRevenue", "BillingCountry", "BillingState", "OwnerId", "CreatedDate"],
        ["Contact"] = ["Name", "Title", "Email", "AccountId", "OwnerId", "CreatedDate"],
        ["Lead"] = ["Name", "Title", "Email", "ConvertedAccountId", "OwnerId", "CreatedDate"],
    };

    /// <inheritdoc/>
    public IReadOnlyList<string> ObjectTypes { get; } = [Account, Opportunity, "Contact", "Lead"];

    /// <inheritdoc/>
    public Task<Result<RecordPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        if (!Fields.ContainsKey(window.ObjectType))
        {
            throw new ArgumentException(
                $"'{window.ObjectType}' is not a record of Salesforce that is read; there are {string.Join(", ", ObjectTypes)}.", nameof(window));
        }

        return transport.CallAsync(CallKind.Read, $"scanning {window.ObjectType}", token => ReadAsync(window, position, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<CrmDirectory>> ReadDirectoryAsync(CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, "reading users and stages", directory.ReadAsync, cancellationToken);

    private async Task<Result<RecordPage>> ReadAsync(ScanWindow window, string? position, CancellationToken token)
    {
        var type = window.ObjectType;
        var visible = await schema.VisibleAsync(type, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (visible.Value.Count == 0)
            return new RecordPage(CrmRecords.None, null);

        var page = await scan.ReadAsync(new RowQuery(type, fields => Select(type, fields), _ => " AND IsDeleted = false"), window, position, token);
        if (!page.Succeeded)
            return page.Failure.Code == SalesforceFailures.ObjectMissing.Code ? new RecordPage(CrmRecords.None, null) : page.Failure;
        var rows = page.Value.Rows;
        var records = type switch
        {
            Opportunity => await DealsAsync(rows, visible.Value, window.To, token),
            Account => new CrmRecords { Companies = Map(rows, row => SalesforceRecordMapper.Company(row, window.To)) },
            _ => new CrmRecords { People = Map(rows, row => SalesforceRecordMapper.Person(type, row, window.To)) },
        };
        return records.Map(found => new RecordPage(found, page.Value.Position));
    }

    private async Task<Result<CrmRecords>> DealsAsync(
        IReadOnlyList<JsonElement> rows, IReadOnlyDictionary<string, SalesforceField> visible, DateTimeOffset fallback, CancellationToken token)
    {
        var reason = CloseReason(visible);
        var plain = Map(rows, row => SalesforceRecordMapper.Deal(row, reason, fallback));
        var whole = await deals.CompleteAsync(plain, rows, token);
        return whole.Map(found => new CrmRecords { Deals = found });
    }

    private string Select(string type, IReadOnlyDictionary<string, SalesforceField> visible)
    {
        List<string> fields = ["Id", SalesforceSchema.StampField(visible), .. Fields[type].Where(visible.ContainsKey)];
        if (type == Opportunity && CloseReason(visible) is { } reason)
            fields.Add(reason);
        return string.Join(", ", fields);
    }

    private string? CloseReason(IReadOnlyDictionary<string, SalesforceField> visible) => options.CloseReasonFields.FirstOrDefault(visible.ContainsKey);

    private static IReadOnlyList<T> Map<T>(IReadOnlyList<JsonElement> rows, Func<JsonElement, T?> map) where T : class =>
        [.. rows.Select(map).OfType<T>()];
}
