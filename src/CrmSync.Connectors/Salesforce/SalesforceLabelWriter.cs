using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Guarded reads by queries over 200 ids and writes by one collections call of 200 records, whose answers come in the order of the request.
/// A caller that was allowed to give more than 200 records at once gets them written by a bulk job. Saving a task locks its account (salesforce.md §7), so write calls
/// of an org take turns.
/// </summary>
internal sealed class SalesforceLabelWriter(
    SalesforceClient client, SalesforceSchema schema, SalesforceDialect dialect, SalesforceRows rows, SalesforceBulkWriter bulk, SalesforceOrigins origins,
    CrmTransport transport, SalesforceOptions options, string key) : ILabelWriter
{
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);
    private readonly SalesforceParents _parents = new();

    /// <inheritdoc/>
    public int BatchSize => options.BulkWriteRows;

    /// <inheritdoc/>
    public int ParallelBatches => 1;

    /// <inheritdoc/>
    public double RequestsPerSecond => options.Budget.RequestsPerSecond;

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
        var ordered = _parents.Order(writes);
        return writes.Count == 0
            ? Task.FromResult(Result.Success<IReadOnlyList<RecordWriteResult>>([]))
            : transport.CallAsync(CallKind.Write, $"writing {objectType}", token => WriteNowAsync(objectType, ordered, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, ValueOrigin>>> ReadOriginsAsync(
        string objectType, IReadOnlyList<string> ids, string property, CancellationToken cancellationToken)
    {
        CheckNames(objectType, [property]);
        var known = CheckBatch(ids);
        return transport.CallAsync(CallKind.Read, $"reading the history of {objectType}", async token =>
        {
            var found = await origins.ReadAsync(objectType, known.Keys, property, token);
            return found.Map<IReadOnlyDictionary<string, ValueOrigin>>(
                all => all.ToDictionary(pair => known[pair.Key], pair => pair.Value, StringComparer.Ordinal));
        }, cancellationToken);
    }

    private async Task<Result<IReadOnlyDictionary<string, RecordState>>> ReadNowAsync(
        string objectType, Dictionary<string, string> ids, IReadOnlyList<string> properties, CancellationToken token)
    {
        // The parents come along for nothing, where describe has already said that they are there.
        var parents = SalesforceParents.Fields.Where(field => schema.Known(objectType)?.ContainsKey(field) == true);
        var select = string.Join(", ", properties.Prepend("SystemModstamp").Prepend("Id").Concat(parents).Distinct(StringComparer.OrdinalIgnoreCase));
        var found = await rows.ReadAsync(select, objectType, "Id", ids.Keys, "IsDeleted = false", $"reading {objectType}", token);
        if (!found.Succeeded)
            return found.Failure;
        var states = new Dictionary<string, RecordState>(StringComparer.Ordinal);
        foreach (var row in found.Value)
        {
            // Answered under the caller's own spelling, which may be the short one.
            if (SalesforceId.Normalise(row.Text("Id")) is not { } id || !ids.TryGetValue(id, out var asked))
                continue;
            var values = properties.ToDictionary(name => name, name => SalesforceValues.Text(row, name), StringComparer.Ordinal);
            states[asked] = new RecordState(asked, values, SalesforceValues.Instant(row.Text("SystemModstamp")));
            _parents.Learn(id, row);
        }

        return states;
    }

    private async Task<Result<IReadOnlyList<RecordWriteResult>>> WriteNowAsync(
        string objectType, IReadOnlyList<RecordWrite> writes, CancellationToken token)
    {
        var place = new CallPlace(key, $"writing {objectType}");
        var names = writes.SelectMany(write => write.Values.Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var fields = await EditableAsync(objectType, names, place, token);
        if (!fields.Succeeded)
            return fields.Failure;
        if (writes.Count > SalesforceClient.BatchLimit)
            return await bulk.WriteAsync(objectType, writes, token);

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

    private Dictionary<string, string> CheckBatch(IReadOnlyList<string> ids)
    {
        if (ids.Count > BatchSize)
            throw new ArgumentException($"A batch of {ids.Count} records is above the limit of {BatchSize}.", nameof(ids));
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
