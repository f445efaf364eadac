using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Reads all rows that belong to some ids, in as few queries as the limits allow. Thread-safe.</summary>
internal sealed class SalesforceRows(SalesforceClient client, string key)
{
    private const int Restarts = 2;

    /// <summary>Rows in the order that was asked for, list of ids by list of ids.</summary>
    /// <param name="select">Fields.</param>
    /// <param name="type">The object.</param>
    /// <param name="field">The field that holds the ids.</param>
    /// <param name="ids">The ids, in 18 characters.</param>
    /// <param name="and">Further conditions, without AND.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="token">Stops the call.</param>
    /// <param name="order">Fields to order by.</param>
    public async Task<Result<List<JsonElement>>> ReadAsync(
        string select, string type, string field, IEnumerable<string> ids, string? and, string purpose, CancellationToken token, string? order = null)
    {
        List<JsonElement> rows = [];
        foreach (var where in SalesforceSoql.ByIds(field, ids, and))
        {
            var read = await ReadAsync($"SELECT {select} FROM {type} WHERE {where}{(order is null ? "" : $" ORDER BY {order}")}", purpose, token);
            if (!read.Succeeded)
                return read.Failure;
            rows.AddRange(read.Value);
        }

        return rows;
    }

    /// <summary>All rows of one query; a cursor that Salesforce forgets in the middle starts it again.</summary>
    public async Task<Result<List<JsonElement>>> ReadAsync(string soql, string purpose, CancellationToken token)
    {
        for (var restarts = 0; ; restarts++)
        {
            var read = await DrainAsync(soql, purpose, token);
            if (read.Succeeded || read.Failure.Code != SalesforceFailures.LocatorLost.Code || restarts == Restarts)
                return read;
        }
    }

    private async Task<Result<List<JsonElement>>> DrainAsync(string soql, string purpose, CancellationToken token)
    {
        List<JsonElement> rows = [];
        for (var answer = await client.QueryAllAsync(soql, purpose, token); ;)
        {
            if (!answer.Succeeded)
                return answer.Failure;
            var next = answer.Value.Body.Filled("nextRecordsUrl");
            var done = answer.Value.Body.IsTrue("done");
            // An answer without the list, or without end and way on, would make records look deleted.
            if (!answer.Value.Body.HasItems("records") || (!done && (next is null || !SalesforceClient.IsInsideApi(next))))
                return HttpFailures.Unreadable.At(new CallPlace(key, purpose));
            rows.AddRange(answer.Value.Body.Items("records"));
            if (done)
                return rows;
            answer = await client.NextAsync(next!, purpose, token);
        }
    }
}
