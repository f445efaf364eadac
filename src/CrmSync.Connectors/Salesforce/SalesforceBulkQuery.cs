using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>How a bulk job stands.</summary>
internal enum BulkState
{
    /// <summary>Not through yet.</summary>
    Running,

    /// <summary>Its results can be read.</summary>
    Complete,

    /// <summary>It failed or was aborted, and will never have all results.</summary>
    Failed,

    /// <summary>Salesforce does not know it (any more): jobs are kept for seven days.</summary>
    Vanished,
}

/// <summary>A page of a bulk job's results.</summary>
/// <param name="Rows">Objects of texts.</param>
/// <param name="Locator">Where they go on; null at the end.</param>
internal sealed record BulkResults(IReadOnlyList<JsonElement> Rows, string? Locator);

/// <summary>
/// Query jobs of Bulk API 2.0. Everything is addressed by the job's id, so any host can go on where another one stopped. Thread-safe.
/// </summary>
internal sealed class SalesforceBulkQuery(SalesforceClient client, string key, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Creates a job over live, archived and deleted rows; answers its id.</summary>
    public async Task<Result<string>> CreateAsync(string soql, string purpose, CancellationToken token)
    {
        var created = await client.SendAsync(
            root => CrmCall.Write(HttpMethod.Post, $"{root}/jobs/query", purpose, new JsonObject
            {
                ["operation"] = "queryAll", ["query"] = soql, ["contentType"] = "CSV", ["columnDelimiter"] = "COMMA", ["lineEnding"] = "LF",
            }),
            token);
        if (!created.Succeeded)
        {
            // A job that was created without our knowing is forgotten by Salesforce itself; another one reads the same.
            return created.Failure.Category == FailureCategory.Unknown
                ? SalesforceFailures.Unavailable.At(Place(purpose)) with { RemoteMessage = created.Failure.RemoteMessage }
                : created.Failure;
        }

        return SalesforceId.Normalise(created.Value.Body.Text("id")) is { } id ? id : HttpFailures.Unreadable.At(Place(purpose));
    }

    /// <summary>Waits until a job is through, with growing pauses, no longer than it is given.</summary>
    public async Task<Result<BulkState>> WaitAsync(string job, TimeSpan longest, string purpose, CancellationToken token)
    {
        var started = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var answer = await client.SendAsync(root => CrmCall.Read(HttpMethod.Get, $"{root}/jobs/query/{job}", purpose), token);
            if (!answer.Succeeded)
                return IsVanished(answer.Failure) ? BulkState.Vanished : answer.Failure;
            var state = answer.Value.Body.Text("state") switch
            {
                "JobComplete" => BulkState.Complete,
                "Failed" or "Aborted" => BulkState.Failed,
                _ => BulkState.Running,
            };
            if (state != BulkState.Running || time.GetElapsedTime(started) + pause > longest)
                return state;
            await Task.Delay(pause, time, token);
        }
    }

    /// <summary>A page of results; null inside a success where the job is gone.</summary>
    public async Task<Result<BulkResults?>> ResultsAsync(string job, string? locator, int rows, string purpose, CancellationToken token)
    {
        var from = locator is null ? "" : $"&locator={Uri.EscapeDataString(locator)}";
        var answer = await client.SendAsync(
            root => CrmCall.Read(HttpMethod.Get, $"{root}/jobs/query/{job}/results?maxRecords={rows}{from}", purpose) with
            {
                IsRaw = true, Headers = new Dictionary<string, string> { ["Accept"] = "text/csv" },
            },
            token);
        if (!answer.Succeeded)
            return IsVanished(answer.Failure) ? Result.Success<BulkResults?>(null) : answer.Failure;
        var found = SalesforceCsv.Read(answer.Value.Bytes, "Id");
        // A page that was cut off, or a proxy's page in its place, must not pass for the end.
        if (found is null || (answer.Value.Number("Sforce-NumberOfRecords") is { } said && said != found.Count))
            return HttpFailures.Unreadable.At(Place(purpose));
        return new BulkResults(found, answer.Value.Header("Sforce-Locator") is { Length: > 0 } next && next != "null" ? next : null);
    }

    /// <summary>Deletes a job; if that fails, Salesforce forgets it by itself.</summary>
    public Task DeleteAsync(string job, CancellationToken token) =>
        client.SendAsync(root => new CrmCall(HttpMethod.Delete, $"{root}/jobs/query/{job}", CallKind.Write, "deleting a bulk query"), token);

    /// <summary>
    /// Whether a refused job is worth a try by ordinary queries: the object or a field is not for bulk, or the day's share of bulk is
    /// spent.
    /// </summary>
    public static bool IsForQuery(Failure failure) =>
        failure.Code == SalesforceFailures.InvalidRequest.Code || failure.Code == SalesforceFailures.FieldMissing.Code
        || failure.Code == SalesforceFailures.AddressWrong.Code || failure.Code == SalesforceFailures.ObjectMissing.Code
        || failure.Code == SalesforceFailures.AccessRefused.Code || failure.Code == SalesforceFailures.BulkSpent.Code
        || failure.Code == SalesforceFailures.TooLarge.Code;

    // 409: results must be asked for with the version that the job was created with, and that has changed meanwhile.
    private static bool IsVanished(Failure failure) =>
        failure.Code == SalesforceFailures.AddressWrong.Code || failure.Code == SalesforceFailures.ObjectMissing.Code
        || failure.Code == SalesforceFailures.Conflict.Code;

    private CallPlace Place(string purpose) => new(key, purpose);
}
