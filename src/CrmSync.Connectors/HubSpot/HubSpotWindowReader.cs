using System.Globalization;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Windows by search: its total is the count, and a search without properties gives ids. Direct reads are batch reads, which see a write at once. Thread-safe.
/// </summary>
internal sealed class HubSpotWindowReader(HubSpotScanner scanner, HubSpotClient client, HubSpotHarvest harvest, CrmTransport transport, string key) : IWindowReader
{
    // Search gives no more than this many results; where its total stands there or above, smaller windows say it surely (hubspot.md §3).
    private const long CountLimit = 10_000;

    /// <inheritdoc/>
    public Task<Result<WindowCount>> CountAsync(CompareWindow window, CancellationToken cancellationToken)
    {
        var type = HubSpotObjectType.Of(window.ObjectType).Scan;
        return transport.CallAsync(CallKind.Read, $"counting {type.Name}", token => CountAsync(type, window, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IdPage>> ReadIdsAsync(CompareWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = HubSpotObjectType.Of(window.ObjectType).Scan;
        return transport.CallAsync(CallKind.Read, $"reading ids of {type.Name}", async token =>
        {
            var scan = new ScanWindow(type.Name, window.From, Last(window));
            // The list endpoint would give everything that the account has; a window that is compared by ids is small.
            var read = await scanner.SearchOnlyAsync(type with { Properties = [type.Modified], Linked = [] }, scan, position, token);
            return read.Map(rows => new IdPage(
                [
                    .. rows.Rows.Select(row => new IdStamp(
                        row.Filled("id")!, HubSpotValues.Instant(row.Child("properties").Filled(type.Modified) ?? row.Text("updatedAt")) ?? window.From)),
                ],
                rows.Position));
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<DirectRead>> ReadByIdsAsync(string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ids.Count, IWindowReader.MostDirect);
        var type = HubSpotObjectType.Of(objectType);
        // An id that is no number would make HubSpot refuse the whole call; no record has it.
        List<string> known = [.. ids.Where(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Distinct(StringComparer.Ordinal)];
        return known.Count == 0
            ? Task.FromResult<Result<DirectRead>>(new DirectRead([], new HashSet<string>()))
            : transport.CallAsync(CallKind.Read, $"reading {type.Name}", token => ReadAsync(type, known, token), cancellationToken);
    }

    private async Task<Result<WindowCount>> CountAsync(HubSpotScanType type, CompareWindow window, CancellationToken token)
    {
        var answer = await client.SearchAsync(type with { Properties = [] }, window.From, Last(window), 0, 1, token);
        if (!answer.Succeeded)
            return answer.Failure;
        return answer.Value.Body.Number("total") is { } total and >= 0
            ? new WindowCount((long)total, total < CountLimit)
            : HttpFailures.Unreadable.At(new CallPlace(key, $"counting {type.Name}"));
    }

    private async Task<Result<DirectRead>> ReadAsync(HubSpotObjectType type, IReadOnlyList<string> ids, CancellationToken token)
    {
        var answer = await client.BatchReadAsync(type.Name, ids, type.Properties, [], token);
        if (!answer.Succeeded)
            return answer.Failure;
        var records = HubSpotBatchAnswer.Records(answer.Value, ids.ToHashSet(StringComparer.Ordinal), new CallPlace(key, $"reading {type.Name}"));
        if (!records.Succeeded)
            return records.Failure;
        var page = await harvest.GatherAsync(type, records.Value, linked: false, DateTimeOffset.UnixEpoch, token);
        return page.Map(gathered => new DirectRead(
            gathered.Activities, records.Value.Select(record => record.Filled("id")!).ToHashSet(StringComparer.Ordinal)));
    }

    private static DateTimeOffset Last(CompareWindow window) => window.Until.AddMilliseconds(-1);
}
