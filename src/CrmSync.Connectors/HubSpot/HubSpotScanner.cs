using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Rows of a window as HubSpot gave them, each once.</summary>
/// <param name="Rows">The records.</param>
/// <param name="Position">Where to go on; null when the window is drained.</param>
/// <param name="Linked">Whether the records carry their links.</param>
internal sealed record HubSpotRows(IReadOnlyList<JsonElement> Rows, string? Position, bool Linked);

/// <summary>
/// Reads the rows of a window. By search with an id keyset on every page, which neither meets search's wall of 10,000 results nor loses records that move while the
/// scan runs; its position is the last id in decimal. Or by the list endpoint, where that is faster (<see cref="HubSpotRoute"/>): it gives everything, and rows
/// outside the window are dropped here; its position is <c>list:</c> and HubSpot's cursor. Thread-safe.
/// </summary>
internal sealed class HubSpotScanner(HubSpotClient client, HubSpotOptions options, string key, TimeProvider time, ILogger logger)
{
    private const string ListMark = "list:";
    private readonly ConcurrentDictionary<string, DateTimeOffset> _linksRefused = new(StringComparer.Ordinal);

    /// <summary>The next rows.</summary>
    public Task<Result<HubSpotRows>> ReadAsync(HubSpotScanType type, ScanWindow window, string? position, CancellationToken token)
    {
        if (position?.StartsWith(ListMark, StringComparison.Ordinal) == true)
            return ListAsync(type, window, position[ListMark.Length..], token);
        return SearchFromAsync(type, window, position, mayList: position is null, token);
    }

    /// <summary>The next rows by search, however many there are.</summary>
    public Task<Result<HubSpotRows>> SearchOnlyAsync(HubSpotScanType type, ScanWindow window, string? position, CancellationToken token) =>
        SearchFromAsync(type, window, position, mayList: false, token);

    private Task<Result<HubSpotRows>> SearchFromAsync(HubSpotScanType type, ScanWindow window, string? position, bool mayList, CancellationToken token)
    {
        var last = 0L;
        return position is null || long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out last)
            ? SearchAsync(type, window, last, mayList, token)
            : Task.FromResult<Result<HubSpotRows>>(HubSpotFailures.BadPosition.At(Place(type)));
    }

    /// <summary>How many records lie in a window, and how many there are in all where the window is big enough for that to matter.</summary>
    public async Task<Result<(long Rows, long? All)>> CountAsync(HubSpotScanType type, ScanWindow window, CancellationToken token)
    {
        var counted = await client.SearchAsync(type with { Properties = [] }, window.From, window.To, 0, 1, token);
        if (!counted.Succeeded)
            return counted.Failure;
        if (Total(counted.Value) is not { } rows)
            return HttpFailures.Unreadable.At(Place(type));
        if (rows < options.ListFrom)
            return (rows, (long?)null);
        var all = await client.CountAsync(type.Name, token);
        return all.Succeeded ? (rows, Total(all.Value)) : all.Failure;
    }

    private async Task<Result<HubSpotRows>> SearchAsync(HubSpotScanType type, ScanWindow window, long last, bool mayList, CancellationToken token)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var drained = false;
        var started = time.GetTimestamp();
        var limit = HubSpotClient.SearchLimit;
        for (var page = 0; page < options.SearchPages && !drained; page++)
        {
            // Half of the time is kept for the links of what is already there.
            if (page > 0 && time.GetElapsedTime(started) > options.Timeouts.Call / 2)
                break;
            var answer = await client.SearchAsync(type, window.From, window.To, last, limit, token);
            // Two hundred mails of some megabytes each do not fit into memory; the same records come in smaller pages.
            while (IsTooLarge(answer) && limit > 1)
            {
                limit = Math.Max(1, limit / 10);
                answer = await client.SearchAsync(type, window.From, window.To, last, limit, token);
            }

            if (!answer.Succeeded)
            {
                // What was read so far is worth keeping; the next call meets the same trouble and reports it.
                if (page > 0)
                    break;
                return answer.Failure;
            }

            // An answer without the list is no empty page: taken for one, it would end the scan and lose the rest.
            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(Place(type));
            if (mayList && page == 0 && await PrefersListAsync(type, Total(answer.Value), token))
                return await ListAsync(type, window, "", token);

            var records = answer.Value.Body.Items("results").ToList();
            // A short page is not the end: search leaves records out of pages. Only an empty one is.
            drained = records.Count == 0;
            var highest = records.Select(record => Id(record.Text("id"))).DefaultIfEmpty(last).Max();
            if (!drained && highest <= last)
                return HubSpotFailures.ScanStuck.At(Place(type));
            last = highest;
            Keep(records, type, window, found);
        }

        return new HubSpotRows([.. found.Values], drained ? null : last.ToString(CultureInfo.InvariantCulture), Linked: false);
    }

    private async Task<Result<HubSpotRows>> ListAsync(HubSpotScanType type, ScanWindow window, string after, CancellationToken token)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var cursor = after.Length == 0 ? null : after;
        var started = time.GetTimestamp();
        var limit = HubSpotClient.ListLimit;
        // A page of the scan holds about as many rows by either way.
        var pages = options.SearchPages * HubSpotClient.SearchLimit / HubSpotClient.ListLimit;
        var linked = AsksForLinks(type);
        for (var page = 0; page < pages; page++)
        {
            if (page > 0 && time.GetElapsedTime(started) > options.Timeouts.Call / 2)
                break;
            var answer = await client.ListAsync(type.Name, type.Properties, linked ? type.Linked : [], cursor, limit, archived: false, token);
            if (page == 0 && linked && !answer.Succeeded && answer.Failure.Code == HubSpotFailures.ScopeMissing.Code)
            {
                // One linked type that the key may not see refuses the whole list; the batch reads of links leave out just that type.
                _linksRefused[type.Name] = time.GetUtcNow().AddHours(1);
                linked = false;
                answer = await client.ListAsync(type.Name, type.Properties, [], cursor, limit, archived: false, token);
            }

            while (IsTooLarge(answer) && limit > 1)
            {
                limit = Math.Max(1, limit / 10);
                answer = await client.ListAsync(type.Name, type.Properties, linked ? type.Linked : [], cursor, limit, archived: false, token);
            }

            if (!answer.Succeeded)
            {
                if (page > 0)
                    break;
                return answer.Failure;
            }

            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(Place(type));
            Keep(answer.Value.Body.Items("results"), type, window, found);
            var next = answer.Value.Body.Child("paging").Child("next").Filled("after");
            if (next is null)
                return new HubSpotRows([.. found.Values], null, linked);
            if (next == cursor)
                return HubSpotFailures.ScanStuck.At(Place(type));
            cursor = next;
        }

        return new HubSpotRows([.. found.Values], ListMark + cursor, linked);
    }

    private async Task<bool> PrefersListAsync(HubSpotScanType type, long? rows, CancellationToken token)
    {
        if (rows is not { } inWindow || inWindow < options.ListFrom)
            return false;
        var all = await client.CountAsync(type.Name, token);
        if (!all.Succeeded || Total(all.Value) is not { } everything || !HubSpotRoute.PrefersList(inWindow, everything, options))
            return false;
        HubSpotLog.Listed(logger, key, type.Name, inWindow, everything);
        return true;
    }

    private bool AsksForLinks(HubSpotScanType type) =>
        type.Linked.Count > 0 && !(_linksRefused.TryGetValue(type.Name, out var until) && time.GetUtcNow() < until);

    // A row outside the window belongs to another scan, whatever made HubSpot give it; one without a readable time is kept, because nobody else would.
    private static void Keep(IEnumerable<JsonElement> records, HubSpotScanType type, ScanWindow window, Dictionary<string, JsonElement> found)
    {
        var (from, to) = (window.From.ToUnixTimeMilliseconds(), window.To.ToUnixTimeMilliseconds());
        foreach (var record in records)
        {
            if (record.Filled("id") is not { } id || record.IsTrue("archived"))
                continue;
            var modified = HubSpotValues.Instant(record.Child("properties").Filled(type.Modified) ?? record.Text("updatedAt"));
            if (modified is not { } at || (at.ToUnixTimeMilliseconds() >= from && at.ToUnixTimeMilliseconds() <= to))
                found[id] = record;
        }
    }

    private CallPlace Place(HubSpotScanType type) => new(key, $"scanning {type.Name}");

    private static bool IsTooLarge(Result<CrmAnswer> answer) => !answer.Succeeded && answer.Failure.Code == HttpFailures.TooLarge.Code;

    private static long? Total(CrmAnswer answer) => answer.Body.Number("total") is { } total and >= 0 ? (long)total : null;

    private static long Id(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
