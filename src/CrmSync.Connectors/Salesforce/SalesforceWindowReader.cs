using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Windows by <c>SELECT COUNT()</c> and by queries of two fields; direct reads by id. Archived rows are seen. Thread-safe.</summary>
internal sealed class SalesforceWindowReader(
    SalesforceClient client, SalesforceRowScan scan, SalesforceRows rows, SalesforceSchema schema, SalesforceActivityReader activities, CrmTransport transport,
    string key) : IWindowReader
{
    /// <inheritdoc/>
    public Task<Result<WindowCount>> CountAsync(CompareWindow window, CancellationToken cancellationToken)
    {
        var type = SalesforceObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"counting {type.Name}", token => CountAsync(type, window, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IdPage>> ReadIdsAsync(CompareWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = SalesforceObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"reading ids of {type.Name}", async token =>
        {
            var visible = await FieldsAsync(type, token);
            if (!visible.Succeeded)
                return visible.Failure;
            if (visible.Value.Count == 0)
                return new IdPage([], null);
            var query = new RowQuery(type.Name, fields => $"Id, {SalesforceSchema.StampField(fields)}", fields => Wanted(type, fields));
            var page = await scan.ReadAsync(query, new ScanWindow(type.Name, window.From, Last(window)), position, token);
            return page.Map(found => new IdPage([.. Stamps(found.Rows, window.From)], found.Position));
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<DirectRead>> ReadByIdsAsync(string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, IWindowReader.MostDirect);
        var type = SalesforceObjectType.Of(objectType);
        List<string> known = [.. ids.Select(SalesforceId.Normalise).OfType<string>().Distinct(StringComparer.Ordinal)];
        return known.Count == 0
            ? Task.FromResult<Result<DirectRead>>(new DirectRead([], new HashSet<string>()))
            : transport.CallAsync(CallKind.Read, $"reading {type.Name}", token => ReadAsync(type, known, token), cancellationToken);
    }

    private async Task<Result<WindowCount>> CountAsync(SalesforceObjectType type, CompareWindow window, CancellationToken token)
    {
        var visible = await FieldsAsync(type, token);
        if (!visible.Succeeded)
            return visible.Failure;
        if (visible.Value.Count == 0)
            return new WindowCount(0, IsExact: true);
        var where = SalesforceSoql.Within(SalesforceSchema.StampField(visible.Value), window.From, Last(window)) + Wanted(type, visible.Value);
        var answer = await client.QueryAllAsync($"SELECT COUNT() FROM {type.Name} WHERE {where}", $"counting {type.Name}", token);
        if (!answer.Succeeded)
            return answer.Failure;
        return answer.Value.Body.Number("totalSize") is { } count
            ? new WindowCount((long)count, IsExact: true)
            : HttpFailures.Unreadable.At(new CallPlace(key, $"counting {type.Name}"));
    }

    private async Task<Result<DirectRead>> ReadAsync(SalesforceObjectType type, IReadOnlyList<string> ids, CancellationToken token)
    {
        var visible = await FieldsAsync(type, token);
        if (!visible.Succeeded)
            return visible.Failure;
        // An object that is closed to us says nothing about its records, least of all that they are gone.
        if (visible.Value.Count == 0)
            return new DirectRead([], ids.ToHashSet(StringComparer.Ordinal));
        var living = SalesforceActivityReader.Living(visible.Value) is { Length: > 0 } condition ? condition[" AND ".Length..] : null;
        var found = await rows.ReadAsync(type.Select(visible.Value), type.Name, "Id", ids, living, $"reading {type.Name}", token);
        if (!found.Succeeded)
            return found.Failure;
        var page = await activities.GatherAsync(type, new RowPage(found.Value, null), null, DateTimeOffset.UnixEpoch, token);
        // Notes whose texts there was no time for must not look like ones that are left out on purpose.
        if (page.Succeeded && page.Value.Position is not null)
            return HttpFailures.TimedOut.At(new CallPlace(key, $"reading {type.Name}"));
        return page.Map(gathered => new DirectRead(
            gathered.Activities, found.Value.Select(row => SalesforceId.Normalise(row.Text("Id"))).OfType<string>().ToHashSet(StringComparer.Ordinal)));
    }

    private Task<Result<IReadOnlyDictionary<string, SalesforceField>>> FieldsAsync(SalesforceObjectType type, CancellationToken token) =>
        type.IsAlwaysThere ? schema.FieldsAsync(type.Name, freshest: null, token) : schema.VisibleAsync(type.Name, token);

    // What a scan drops row by row is left to the query where one condition says it; a mail whose Task is gone, and so stands for itself, is the rest.
    private static string Wanted(SalesforceObjectType type, IReadOnlyDictionary<string, SalesforceField> visible)
    {
        var wanted = SalesforceActivityReader.Living(visible) + string.Concat(type.Skips.Keys.Where(visible.ContainsKey).Select(flag => $" AND {flag} = false"));
        if (type.Name != SalesforceObjectType.EmailMessage)
            return wanted;
        return wanted + (visible.ContainsKey("ActivityId") ? " AND ActivityId = null" : "")
            + (visible.ContainsKey("Status") ? $" AND Status != '{SalesforceEmails.Draft}'" : "");
    }

    private static IEnumerable<IdStamp> Stamps(IEnumerable<JsonElement> found, DateTimeOffset fallback)
    {
        foreach (var row in found)
        {
            if (SalesforceId.Normalise(row.Text("Id")) is { } id)
                yield return new IdStamp(
                    id, SalesforceValues.Instant(row.Text("SystemModstamp")) ?? SalesforceValues.Instant(row.Text("LastModifiedDate")) ?? fallback);
        }
    }

    // Salesforce compares whole seconds, so the last second that belongs to the window is the end that is included.
    private static DateTimeOffset Last(CompareWindow window) => window.Until - CompareWindow.Grain;
}
