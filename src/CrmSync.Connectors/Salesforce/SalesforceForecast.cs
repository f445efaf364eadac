using System.Globalization;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Says what reading a window would cost, by counting its rows and those of them that need a second look. Thread-safe.</summary>
internal sealed class SalesforceForecast(
    SalesforceClient client, SalesforceSchema schema, SalesforceDialect dialect, SalesforceOptions options, string key)
{
    private const string Query = "query";

    /// <summary>The forecast, by one or two requests.</summary>
    public async Task<Result<ReadForecast>> ReadAsync(SalesforceObjectType type, ScanWindow window, CancellationToken token)
    {
        var visible = type.IsAlwaysThere
            ? await schema.FieldsAsync(type.Name, freshest: null, token)
            : await schema.VisibleAsync(type.Name, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (visible.Value.Count == 0)
            return new ReadForecast(type.Name, 0, Query, 0, TimeSpan.Zero, "0, because the org has no such object");

        var where = SalesforceSoql.Within(SalesforceSchema.StampField(visible.Value), window.From, window.To);
        if (type.Name != SalesforceObjectType.ContentNote || visible.Value.ContainsKey("IsDeleted"))
            where += " AND IsDeleted = false";
        var rows = await CountAsync(type.Name, where, token);
        if (!rows.Succeeded)
            return rows.Failure;
        var seconds = await SecondLooksAsync(type, where, rows.Value, visible.Value, token);
        return seconds.Succeeded ? Make(type, rows.Value, seconds.Value) : seconds.Failure;
    }

    private ReadForecast Make(SalesforceObjectType type, long rows, (long Requests, string Words) second)
    {
        var size = Math.Min(options.PageRows, type.MostRows ?? SalesforceClient.QueryLimit);
        var isBulk = type.IsForBulk && options.BulkReadRows > 0 && rows - size > options.BulkReadRows;
        // Bulk: the first page comes by query and says how many follow; then create, ask once, read, delete.
        var requests = isBulk ? 1 + 1 + 1 + Pages(rows - size, size) + 1 : Math.Max(1, Pages(rows, size));
        var formula = isBulk
            ? string.Create(CultureInfo.InvariantCulture, $"4 + (rows - {size})/{size}{second.Words}")
            : string.Create(CultureInfo.InvariantCulture, $"rows/{size}{second.Words}");
        requests += second.Requests;
        var paced = TimeSpan.FromSeconds(requests / (double)options.Budget.RequestsPerSecond);
        var daily = Math.Min(options.Budget.DailyLimit, dialect.DailyLimit ?? long.MaxValue) * options.Budget.DayShare;
        var share = requests <= daily ? TimeSpan.Zero : TimeSpan.FromDays(Math.Min((requests / daily) - 1, 10_000));
        return new ReadForecast(type.Name, rows, isBulk ? "bulk" : Query, requests, paced > share ? paced : share, formula);
    }

    private async Task<Result<(long Requests, string Words)>> SecondLooksAsync(
        SalesforceObjectType type, string where, long rows, IReadOnlyDictionary<string, SalesforceField> visible, CancellationToken token)
    {
        const int Batch = SalesforceClient.BatchLimit;
        switch (type.Name)
        {
            case SalesforceObjectType.Task when visible.ContainsKey("TaskSubtype"):
                var emails = await schema.VisibleAsync(SalesforceObjectType.EmailMessage, token);
                if (!emails.Succeeded)
                    return emails.Failure;
                if (!emails.Value.ContainsKey("ActivityId"))
                    break;
                var mails = await CountAsync(type.Name, $"{where} AND TaskSubtype = 'Email'", token);
                return mails.Succeeded ? (Pages(mails.Value, Batch), $" + mails/{Batch} for their texts") : mails.Failure;
            case SalesforceObjectType.EmailMessage when visible.ContainsKey("ActivityId"):
                var twins = await CountAsync(type.Name, $"{where} AND ActivityId != null", token);
                return twins.Succeeded ? (Pages(twins.Value, Batch), $" + mails of tasks/{Batch} for the tasks") : twins.Failure;
            case SalesforceObjectType.ContentNote:
                return (rows + Pages(rows, Batch), $" + rows for their texts + rows/{Batch} for their links");
        }

        return (0L, "");
    }

    private async Task<Result<long>> CountAsync(string type, string where, CancellationToken token)
    {
        var answer = await client.QueryAllAsync($"SELECT COUNT() FROM {type} WHERE {where}", $"counting {type}", token);
        if (!answer.Succeeded)
            return answer.Failure;
        return answer.Value.Body.Number("totalSize") is { } count ? (long)count : HttpFailures.Unreadable.At(new CallPlace(key, $"counting {type}"));
    }

    private static long Pages(long rows, long size) => (rows + size - 1) / size;
}
