using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Writes many records by one ingest job of Bulk API 2.0. The records were guarded just before; when the caller cancels, because writing
/// was paused or its
/// lease ends, the job is aborted. Thread-safe.
/// </summary>
internal sealed class SalesforceBulkWriter(
    SalesforceClient client, SalesforceDialect dialect, SalesforceOptions options, string key, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(10);

    /// <summary>Writes; records that Salesforce said nothing about are absent from the answer, and so unknown.</summary>
    /// <param name="type">The object.</param>
    /// <param name="writes">Records with ids in 18 or 15 characters, in the order in which they are to be saved.</param>
    /// <param name="token">Stops waiting and aborts the job.</param>
    public async Task<Result<IReadOnlyList<RecordWriteResult>>> WriteAsync(string type, IReadOnlyList<RecordWrite> writes, CancellationToken token)
    {
        var place = new CallPlace(key, $"writing {type} in bulk");
        var created = await SendAsync(
            HttpMethod.Post, "",
            new JsonObject { ["object"] = type, ["operation"] = "update", ["contentType"] = "CSV", ["lineEnding"] = "LF" }, place, token);
        if (!created.Succeeded)
            return Harmless(created.Failure, place);
        if (SalesforceId.Normalise(created.Value.Body.Text("id")) is not { } job)
            return HttpFailures.Unreadable.At(place);

        var ended = false;
        try
        {
            // Nothing is processed before the job is closed, so trouble up to there means that nothing was written.
            var uploaded = await UploadAsync(job, writes, place, token);
            if (!uploaded.Succeeded)
                return Harmless(uploaded.Failure, place);
            var closed = await SendAsync(HttpMethod.Patch, $"/{job}", new JsonObject { ["state"] = "UploadComplete" }, place, token);
            if (!closed.Succeeded && closed.Failure.Category != FailureCategory.Unknown)
                return closed.Failure;
            var waited = await WaitAsync(job, place, token);
            if (!waited.Succeeded)
                return waited.Failure;
            ended = true;
            return await OutcomesAsync(job, writes, place, token);
        }
        finally
        {
            if (!ended)
                await AbortAsync(job, place);
        }
    }

    private Task<Result<CrmAnswer>> UploadAsync(string job, IReadOnlyList<RecordWrite> writes, CallPlace place, CancellationToken token)
    {
        var fields = writes.SelectMany(write => write.Values.Keys).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var file = SalesforceCsv.Write(
            ["Id", .. fields],
            writes.Select(write => (IReadOnlyList<string?>)[write.ExternalId, .. fields.Select(field => Cell(write, field))]));
        return client.SendAsync(
            root => new CrmCall(HttpMethod.Put, $"{root}/jobs/ingest/{job}/batches", CallKind.Write, place.Purpose) { Body = file, ContentType = "text/csv" },
            token);
    }

    // An empty cell leaves a field as it is; clearing one takes a word of its own.
    private static string? Cell(RecordWrite write, string field) =>
        !write.Values.TryGetValue(field, out var value) ? null : string.IsNullOrEmpty(value) ? SalesforceCsv.Clear : SafeText.Clean(value);

    private async Task<Result<bool>> WaitAsync(string job, CallPlace place, CancellationToken token)
    {
        var started = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var answer = await client.SendAsync(root => CrmCall.Read(HttpMethod.Get, $"{root}/jobs/ingest/{job}", place.Purpose), token);
            if (!answer.Succeeded)
                return Unknown(answer.Failure, place);
            switch (answer.Value.Body.Text("state"))
            {
                // Complete does not mean that every record passed, nor failed that none did: the results tell.
                case "JobComplete" or "Failed" or "Aborted":
                    return true;
                // Our closing of the job was lost on its way.
                case "Open":
                    return SalesforceFailures.BulkNotProcessed.At(place);
            }

            if (time.GetElapsedTime(started) + pause > options.Timeouts.Call * 0.75)
                return SalesforceFailures.BulkWriteFailed.At(place);
            await Task.Delay(pause, time, token);
        }
    }

    private async Task<Result<IReadOnlyList<RecordWriteResult>>> OutcomesAsync(
        string job, IReadOnlyList<RecordWrite> writes, CallPlace place, CancellationToken token)
    {
        var asked = writes.ToDictionary(write => SalesforceId.Normalise(write.ExternalId)!, write => write.ExternalId, StringComparer.Ordinal);
        var results = new Dictionary<string, RecordWriteResult>(StringComparer.Ordinal);
        (string Path, string Column, Func<JsonElement, Failure?> Outcome)[] lists =
        [
            ("successfulResults", "sf__Id", _ => null),
            ("failedResults", "sf__Id", row => Refused(row.Text("sf__Error"), place)),
            ("unprocessedrecords", "Id", _ => SalesforceFailures.BulkNotProcessed.At(place)),
        ];
        foreach (var (path, column, outcome) in lists)
        {
            var answer = await client.SendAsync(
                root => CrmCall.Read(HttpMethod.Get, $"{root}/jobs/ingest/{job}/{path}", place.Purpose) with
                {
                    IsRaw = true, Headers = new Dictionary<string, string> { ["Accept"] = "text/csv" },
                },
                token);
            if (!answer.Succeeded)
                return Unknown(answer.Failure, place);
            // An empty answer is an empty list; anything else has to be the file.
            if (answer.Value.Bytes.IsEmpty)
                continue;
            if (SalesforceCsv.Read(answer.Value.Bytes, column) is not { } rows)
                return SalesforceFailures.BulkWriteFailed.At(place);
            foreach (var row in rows)
            {
                // Rows come in any order; one that was refused for its id may carry it only in the column that we sent.
                var id = SalesforceId.Normalise(row.Text(column)) ?? SalesforceId.Normalise(row.Text("Id"));
                if (id is not null && asked.TryGetValue(id, out var own))
                    results[own] = new RecordWriteResult(own, outcome(row));
            }
        }

        return Result.Success<IReadOnlyList<RecordWriteResult>>([.. results.Values]);
    }

    // "UNABLE_TO_LOCK_ROW:unable to obtain exclusive access …:--": the code comes first.
    private Failure Refused(string? error, CallPlace place)
    {
        var end = error?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return end > 0 ? dialect.Record(error![..end], error[(end + 1)..], place) : dialect.Record(error, "", place);
    }

    // Not the caller's token: it is the one that has just been cancelled.
    private async Task AbortAsync(string job, CallPlace place)
    {
        using var patience = new CancellationTokenSource(AbortPatience, time);
        try
        {
            var aborted = await SendAsync(HttpMethod.Patch, $"/{job}", new JsonObject { ["state"] = "Aborted" }, place, patience.Token);
            if (!aborted.Succeeded)
                SalesforceLog.AbortFailed(logger, key, job, aborted.Failure.Code);
        }
        catch (OperationCanceledException)
        {
            SalesforceLog.AbortFailed(logger, key, job, HttpFailures.TimedOutWrite.Code);
        }
    }

    private Task<Result<CrmAnswer>> SendAsync(HttpMethod method, string path, JsonObject body, CallPlace place, CancellationToken token) =>
        client.SendAsync(root => CrmCall.Write(method, $"{root}/jobs/ingest{path}", place.Purpose, body), token);

    private static Failure Harmless(Failure failure, CallPlace place) => failure.Category == FailureCategory.Unknown
        ? SalesforceFailures.BulkNotProcessed.At(place) with { RemoteMessage = failure.RemoteMessage }
        : failure;

    private static Failure Unknown(Failure failure, CallPlace place) =>
        SalesforceFailures.BulkWriteFailed.At(place) with { RemoteMessage = failure.RemoteMessage ?? failure.Message };
}
