using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Guarded reads and writes by HubSpot's batch endpoints, 100 records each; answers come in any order and may leave records out.</summary>
internal sealed class HubSpotLabelWriter(HubSpotClient client, CrmTransport transport, HubSpotOptions options, string key, TimeProvider time) : ILabelWriter
{
    /// <inheritdoc/>
    public int BatchSize => HubSpotClient.BatchLimit;

    /// <inheritdoc/>
    public double RequestsPerSecond => QuotaPace.Pace * options.Budget.BurstLimit / 10;

    /// <inheritdoc/>
    public IPropertyNames Names => HubSpotPropertyNames.Instance;

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken cancellationToken)
    {
        CheckBatch(ids);
        return ids.Count == 0
            ? Task.FromResult(Result.Success<IReadOnlyDictionary<string, RecordState>>(new Dictionary<string, RecordState>()))
            : transport.CallAsync(
                CallKind.Read, $"reading {objectType}", token => ReadNowAsync(objectType, ids, properties, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IReadOnlyList<RecordWriteResult>>> WriteAsync(
        string objectType, IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken)
    {
        CheckBatch([.. writes.Select(write => write.ExternalId)]);
        return writes.Count == 0
            ? Task.FromResult(Result.Success<IReadOnlyList<RecordWriteResult>>([]))
            : transport.CallAsync(CallKind.Write, $"writing {objectType}", token => WriteNowAsync(objectType, writes, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, ValueOrigin>>> ReadOriginsAsync(
        string objectType, IReadOnlyList<string> ids, string property, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, $"reading who set {objectType}.{property}", token => OriginsAsync(objectType, ids, property, token), cancellationToken);

    /// <inheritdoc/>
    public int HistoryBatchSize(string objectType) => HubSpotClient.HistoryLimit;

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>>> ReadHistoryAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken cancellationToken) =>
        transport.CallAsync(CallKind.Read, $"reading the history of {objectType}", token => HistoryAsync(objectType, ids, properties, token), cancellationToken);

    private async Task<Result<IReadOnlyDictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>>> HistoryAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken token)
    {
        var answer = await client.BatchReadAsync(objectType, ids, [], [.. properties, .. properties.Select(Names.Shadow)], token);
        if (!answer.Succeeded)
            return answer.Failure;
        if (!answer.Value.Body.HasItems("results"))
            return HttpFailures.Unreadable.At(new CallPlace(key, $"reading the history of {objectType}"));
        var history = new Dictionary<(string Id, string Property), IReadOnlyList<ValueSetting>>();
        foreach (var record in answer.Value.Body.Items("results"))
        {
            if (record.Filled("id") is not { } id)
                continue;
            foreach (var property in properties)
            {
                if (HubSpotHistory.Settings(record, property, Names.Shadow(property)) is { Count: > 0 } settings)
                    history[(id, property)] = settings;
            }
        }

        return history;
    }

    private async Task<Result<IReadOnlyDictionary<string, ValueOrigin>>> OriginsAsync(
        string objectType, IReadOnlyList<string> ids, string property, CancellationToken token)
    {
        var shadow = Names.Shadow(property);
        var origins = new Dictionary<string, ValueOrigin>(StringComparer.Ordinal);
        foreach (var chunk in ids.Distinct(StringComparer.Ordinal).Chunk(HubSpotClient.HistoryLimit))
        {
            var answer = await client.BatchReadAsync(objectType, chunk, [], [property, shadow], token);
            if (!answer.Succeeded)
                return answer.Failure;
            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(new CallPlace(key, $"reading who set {objectType}.{property}"));
            foreach (var record in answer.Value.Body.Items("results"))
            {
                if (record.Filled("id") is { } id && chunk.Contains(id) && HubSpotHistory.Origin(record, property, shadow) is { } origin)
                    origins[id] = origin;
            }
        }

        return origins;
    }

    private async Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadNowAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken token)
    {
        var modifiedBy = HubSpotScanType.ModifiedOf(objectType);
        var answer = await client.BatchReadAsync(objectType, ids, [.. properties.Append(modifiedBy).Distinct()], [], token);
        if (!answer.Succeeded)
            return answer.Failure;
        var records = HubSpotBatchAnswer.Records(answer.Value, ids.ToHashSet(StringComparer.Ordinal), new CallPlace(key, $"reading {objectType}"));
        if (!records.Succeeded)
            return records.Failure;
        var states = new Dictionary<string, RecordState>(StringComparer.Ordinal);
        foreach (var record in records.Value)
        {
            var id = record.Filled("id")!;
            var values = properties.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
            foreach (var (name, value) in HubSpotValues.Pick(record, properties))
                values[name] = value;
            var modified = HubSpotValues.Instant(record.Child("properties").Filled(modifiedBy) ?? record.Text("updatedAt"));
            states[id] = new RecordState(id, values, modified);
        }

        return states;
    }

    private async Task<Result<IReadOnlyList<RecordWriteResult>>> WriteNowAsync(
        string objectType, IReadOnlyList<RecordWrite> writes, CancellationToken token)
    {
        var answer = await client.BatchUpdateAsync(objectType, writes, token);
        if (!answer.Succeeded)
            return answer.Failure;
        if (!answer.Value.Body.HasItems("results") && !answer.Value.Body.HasItems("errors"))
            return HttpFailures.UnreadableWrite.At(new CallPlace(key, $"writing {objectType}"));

        var sent = writes.ToDictionary(write => write.ExternalId, StringComparer.Ordinal);
        var results = new Dictionary<string, RecordWriteResult>(StringComparer.Ordinal);
        foreach (var record in answer.Value.Body.Items("results"))
        {
            if (record.Filled("id") is { } id && sent.TryGetValue(id, out var write))
                results[id] = new RecordWriteResult(id, null, HubSpotValues.Pick(record, write.Values.Keys));
        }

        foreach (var error in answer.Value.Body.Items("errors"))
        {
            var failure = HubSpotDialect.Item(error).At(new CallPlace(key, $"writing {objectType}")) with
            {
                RemoteMessage = Scrub.Text(error.Text("message")),
                CorrelationId = Scrub.Text(answer.Value.Body.Text("correlationId")),
            };
            if (failure.Category == FailureCategory.Wait)
                failure = failure with { NotBefore = time.GetUtcNow() + TimeSpan.FromSeconds(10) };
            var context = error.Child("context");
            var named = context.Items("ids").Concat(context.Items("id")).Select(id => id.Text()).Append(error.Text("id")).OfType<string>();
            foreach (var id in named.Where(sent.ContainsKey))
                results[id] = new RecordWriteResult(id, failure);
        }

        return Result.Success<IReadOnlyList<RecordWriteResult>>([.. results.Values]);
    }

    private static void CheckBatch(IReadOnlyList<string> ids)
    {
        if (ids.Count > HubSpotClient.BatchLimit)
            throw new ArgumentException($"A batch of {ids.Count} records is above HubSpot's {HubSpotClient.BatchLimit}.", nameof(ids));
        if (ids.Distinct(StringComparer.Ordinal).Count() != ids.Count)
            throw new ArgumentException("A batch names a record twice; put its values into one item.", nameof(ids));
    }
}
