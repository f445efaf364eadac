using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Guarded reads by one query and writes by one collections call, 200 records each; answers come in the order of the request.</summary>
internal sealed class SalesforceLabelWriter(
    SalesforceClient client, SalesforceSchema schema, SalesforceDialect dialect, CrmTransport transport, string key) : ILabelWriter
{
    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, ValueOrigin>>> ReadOriginsAsync(
        string objectType, IReadOnlyList<string> ids, string property, CancellationToken cancellationToken) =>
        Task.FromResult(Result.Success<IReadOnlyDictionary<string, ValueOrigin>>(new Dictionary<string, ValueOrigin>()));

    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public int BatchSize => SalesforceClient.BatchLimit;

    /// <inheritdoc/>
    public IPropertyNames Names => SalesforcePropertyNames.Instance;

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadAsync(
        string objectType, IReadOnlyList<string> ids, IReadOnlyList<string> properties, CancellationToken cancellationToken)
    {
        CheckNames(objectType, properties);
        var known = CheckBatch(ids);
        return known.Count == 0
            ? Task.FromResult(Result.Success<IReadOnlyDictionary<string, RecordState>>(new Dictionary<string, RecordState>()))
            : transport.CallAsync(
                CallKind.Read, $"reading {objectType}", token => ReadNowAsync(objectType, known, properties, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IReadOnlyList<RecordWriteResult>>> WriteAsync(
        string objectType, IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken)
    {
        CheckNames(objectType, writes.SelectMany(write => write.Values.Keys));
        CheckBatch([.. writes.Select(write => write.ExternalId)]);
        // The same order in every call, so that two calls never lock the same parents crosswise.
        var ordered = writes.OrderBy(write => write.ExternalId, StringComparer.Ordinal).ToList();
        return writes.Count == 0
            ? Task.FromResult(Result.Success<IReadOnlyList<RecordWriteResult>>([]))
            : transport.CallAsync(CallKind.Write, $"writing {objectType}", token => WriteNowAsync(objectType, ordered, token), cancellationToken);
    }

    private async Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadNowAsync(
        string objectType, Dictionary<string, string> ids, IReadOnlyList<string> properties, CancellationToken token)
    {
        var select = string.Join(", ", properties.Prepend("SystemModstamp").Prepend("Id").Distinct(StringComparer.OrdinalIgnoreCase));
        var soql = $"SELECT {select} FROM {objectType} WHERE Id IN ({SalesforceValues.Quoted(ids.Keys)}) AND IsDeleted = false";
        var purpose = $"reading {objectType}";
        var states = new Dictionary<string, RecordState>(StringComparer.Ordinal);
        for (var answer = await client.QueryAllAsync(soql, purpose, token); ;)
        {
            if (!answer.Succeeded)
                return answer.Failure;
            // An answer without the list would make every record look deleted.
            if (!answer.Value.Body.HasItems("records"))
                return HttpFailures.Unreadable.At(new CallPlace(key, purpose));
            foreach (var row in answer.Value.Body.Items("records"))
            {
                // Answered under the caller's own spelling, which may be the short one.
                if (SalesforceId.Normalise(row.Text("Id")) is not { } id || !ids.TryGetValue(id, out var asked))
                    continue;
                var values = properties.ToDictionary(name => name, name => SalesforceValues.Text(row, name), StringComparer.Ordinal);
                states[asked] = new RecordState(asked, values, SalesforceValues.Instant(row.Text("SystemModstamp")));
            }

            if (answer.Value.Body.IsTrue("done") || answer.Value.Body.Filled("nextRecordsUrl") is not { } next)
                return states;
            answer = await client.NextAsync(next, purpose, token);
        }
    }

    private async Task<Result<IReadOnlyList<RecordWriteResult>>> WriteNowAsync(string objectType, List<RecordWrite> writes, CancellationToken token)
    {
        var place = new CallPlace(key, $"writing {objectType}");
        var names = writes.SelectMany(write => write.Values.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var fields = await EditableAsync(objectType, names, place, token);
        if (!fields.Succeeded)
            return fields.Failure;

        var records = new JsonArray();
        foreach (var write in writes)
        {
            var record = new JsonObject { ["attributes"] = new JsonObject { ["type"] = objectType }, ["id"] = write.ExternalId };
            foreach (var (name, value) in write.Values)
                record[name] = SalesforceValues.Json(value, fields.Value[name].Type);
            records.Add(record);
        }

        var answer = await client.UpdateAsync(objectType, records, token);
        if (!answer.Succeeded)
            return answer.Failure;
        var results = answer.Value.Body.Items().ToList();
        // A refused record may come without an id, so position is all that ties an answer to its record.
        if (results.Count != writes.Count)
            return SalesforceFailures.AnswerMismatch.At(place, $"{results.Count} instead of {writes.Count}");
        return Result.Success<IReadOnlyList<RecordWriteResult>>(
            [.. writes.Zip(results, (write, result) => new RecordWriteResult(write.ExternalId, Outcome(result, place)))]);
    }

    private Failure? Outcome(JsonElement result, CallPlace place) => result.IsTrue("success") ? null : dialect.Record(result, place);

    // Whether Salesforce refuses one record or the whole call for a field that it does not show is not documented; so it is never tried.
    private async Task<Result<IReadOnlyDictionary<string, SalesforceField>>> EditableAsync(
        string objectType, IReadOnlySet<string> names, CallPlace place, CancellationToken token)
    {
        var fields = await schema.FieldsAsync(objectType, freshest: null, token);
        if (fields.Succeeded && names.Any(name => !fields.Value.TryGetValue(name, out var field) || !field.Updateable))
            fields = await schema.FieldsAsync(objectType, Recent, token);
        if (!fields.Succeeded)
            return fields;
        if (names.FirstOrDefault(name => !fields.Value.ContainsKey(name)) is { } missing)
            return SalesforceFailures.FieldMissing.At(place, missing);
        return names.FirstOrDefault(name => !fields.Value[name].Updateable) is { } locked
            ? SalesforceFailures.FieldNotEditable.At(place, locked)
            : fields;
    }

    private static void CheckNames(string objectType, IEnumerable<string> names)
    {
        if (names.Prepend(objectType).FirstOrDefault(name => !SalesforceValues.IsFieldName(name)) is { } bad)
            throw new ArgumentException($"'{bad}' is not an API name of Salesforce.", nameof(names));
    }

    private static Dictionary<string, string> CheckBatch(IReadOnlyList<string> ids)
    {
        if (ids.Count > SalesforceClient.BatchLimit)
            throw new ArgumentException($"A batch of {ids.Count} records is above Salesforce's {SalesforceClient.BatchLimit}.", nameof(ids));
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            var normal = SalesforceId.Normalise(id) ?? throw new ArgumentException($"'{Scrub.Text(id)}' is not a Salesforce id.", nameof(ids));
            if (!known.TryAdd(normal, id))
                throw new ArgumentException("A batch names a record twice; put its values into one item.", nameof(ids));
        }

        return known;
    }
}
