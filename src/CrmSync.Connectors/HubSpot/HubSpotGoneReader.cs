using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Finds what polls cannot see: archiving does not move the modified time. First all archived records are listed, which HubSpot keeps for 90 days, and those that
/// were archived in the window given; then live records that took others in tell the ids that ended in them. The position is <c>archived:</c> with HubSpot's cursor,
/// or <c>merged:</c> with the last id.
/// </summary>
internal sealed class HubSpotGoneReader(HubSpotClient client, HubSpotOptions options, string key, TimeProvider time)
{
    private const string ArchivedMark = "archived:";
    private const string MergedMark = "merged:";
    private const string Merged = "hs_merged_object_ids";
    private const int Pages = 10;

    public Task<Result<GonePage>> ReadAsync(HubSpotScanType type, ScanWindow window, string? position, CancellationToken token)
    {
        if (position is null)
            return ArchivedAsync(type, window, null, token);
        if (position.StartsWith(ArchivedMark, StringComparison.Ordinal))
            return ArchivedAsync(type, window, position[ArchivedMark.Length..], token);
        return position.StartsWith(MergedMark, StringComparison.Ordinal) && long.TryParse(position.AsSpan(MergedMark.Length), out var last)
            ? MergedAsync(type, window, last, token)
            : Task.FromResult<Result<GonePage>>(HubSpotFailures.BadPosition.At(Place(type)));
    }

    private async Task<Result<GonePage>> ArchivedAsync(HubSpotScanType type, ScanWindow window, string? cursor, CancellationToken token)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var started = time.GetTimestamp();
        for (var page = 0; page < Pages; page++)
        {
            if (page > 0 && time.GetElapsedTime(started) > options.Timeouts.Call / 2)
                break;
            var answer = await client.ListAsync(type.Name, [Merged], [], cursor, HubSpotClient.ListLimit, archived: true, token);
            if (!answer.Succeeded)
            {
                if (page > 0)
                    break;
                return answer.Failure;
            }

            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(Place(type));
            foreach (var record in answer.Value.Body.Items("results"))
            {
                // A live record here would be a misunderstanding, and marking it gone the worse one.
                if (record.Filled("id") is not { } id || !record.IsTrue("archived"))
                    continue;
                if (HubSpotValues.Instant(record.Text("archivedAt")) is { } at && (at < window.From || at > window.To))
                    continue;
                ids.Add(id);
                ids.UnionWith(Ids(record.Child("properties").Filled(Merged)));
            }

            var next = answer.Value.Body.Child("paging").Child("next").Filled("after");
            if (next is null)
                return new GonePage([.. ids], MergedMark + "0");
            if (next == cursor)
                return HubSpotFailures.ScanStuck.At(Place(type));
            cursor = next;
        }

        return new GonePage([.. ids], ArchivedMark + cursor);
    }

    private async Task<Result<GonePage>> MergedAsync(HubSpotScanType type, ScanWindow window, long last, CancellationToken token)
    {
        var answer = await client.SearchFilledAsync(
            type with { Properties = [Merged] }, Merged, (window.From, window.To), last, HubSpotClient.SearchLimit, token);
        if (!answer.Succeeded)
        {
            // A type without this property has no merged records.
            return answer.Failure.Category == FailureCategory.Reject || answer.Failure.Code == HubSpotFailures.PropertyMissing.Code
                ? new GonePage([], null)
                : answer.Failure;
        }

        if (!answer.Value.Body.HasItems("results"))
            return HttpFailures.Unreadable.At(Place(type));
        var records = answer.Value.Body.Items("results").ToList();
        var highest = records.Select(record => long.TryParse(record.Text("id"), out var id) ? id : 0).DefaultIfEmpty(last).Max();
        if (records.Count > 0 && highest <= last)
            return HubSpotFailures.ScanStuck.At(Place(type));
        var ids = records.SelectMany(record => Ids(record.Child("properties").Filled(Merged)).Where(id => id != record.Text("id")));
        return new GonePage(
            [.. ids.Distinct(StringComparer.Ordinal)],
            records.Count == 0 ? null : MergedMark + highest.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private CallPlace Place(HubSpotScanType type) => new(key, $"looking for archived {type.Name}");

    private static IEnumerable<string> Ids(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(id => id.All(char.IsAsciiDigit));
}
