using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Activities that were deleted: those that still lie in the recycle bin by query, and those that have left it by the replication endpoint,
/// which reaches back 30 days. Thread-safe.
/// </summary>
internal sealed class SalesforceGone(
    SalesforceClient client, SalesforceRowScan scan, SalesforceSchema schema, string key, TimeProvider time, ILogger logger)
{
    // A little less than the 30 days that are allowed, because the clocks may differ.
    private static readonly TimeSpan Reach = TimeSpan.FromDays(30) - TimeSpan.FromHours(1);

    /// <summary>The next page.</summary>
    public async Task<Result<GonePage>> ReadAsync(SalesforceObjectType type, ScanWindow window, string? position, CancellationToken token)
    {
        var visible = type.IsAlwaysThere
            ? await schema.FieldsAsync(type.Name, freshest: null, token)
            : await schema.VisibleAsync(type.Name, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (visible.Value.Count == 0)
            return new GonePage([], null);
        // What may not be told by the flag is told by the endpoint alone.
        if (type.Name == SalesforceObjectType.ContentNote && !visible.Value.ContainsKey("IsDeleted"))
            return await WithVanishedAsync(type, window, [], token);

        var page = await scan.ReadAsync(
            new RowQuery(type.Name, fields => $"Id, {SalesforceSchema.StampField(fields)}", _ => " AND IsDeleted = true", IsForBulk: false),
            window, position, token);
        if (!page.Succeeded)
            return page.Failure;
        List<string> ids = [.. page.Value.Rows.Select(row => SalesforceId.Normalise(row.Text("Id"))).OfType<string>()];
        return page.Value.Position is { } next ? new GonePage(ids, next) : await WithVanishedAsync(type, window, ids, token);
    }

    private async Task<Result<GonePage>> WithVanishedAsync(SalesforceObjectType type, ScanWindow window, List<string> ids, CancellationToken token)
    {
        var now = time.GetUtcNow();
        var from = SalesforceSoql.Floor(window.From > now - Reach ? window.From : now - Reach);
        var to = SalesforceSoql.Ceiling(window.To < now ? window.To : now);
        // The endpoint takes ranges of at least a minute.
        if (to - from < TimeSpan.FromMinutes(1))
            from = to - TimeSpan.FromMinutes(1);
        if (to <= now - Reach)
            return new GonePage(ids, null);
        var answer = await client.DeletedAsync(type.Name, from, to, token);
        if (!answer.Succeeded)
        {
            if (answer.Failure.Category is FailureCategory.Retry or FailureCategory.Wait)
                return answer.Failure;
            SalesforceLog.PartLeftOut(logger, key, "the list of purged records", type.Name, answer.Failure.Code);
            return new GonePage(ids, null);
        }

        ids.AddRange(Vanished(answer.Value.Body));
        return new GonePage([.. ids.Distinct(StringComparer.Ordinal)], null);
    }

    // Plain ids as for /updated/, or objects with an id and a date: both have been described.
    private static IEnumerable<string> Vanished(JsonElement body) =>
        body.Items("ids").Select(id => id.Text()).Concat(body.Items("deletedRecords").Select(row => row.Text("id")))
            .Select(SalesforceId.Normalise).OfType<string>();
}
