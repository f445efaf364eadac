using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// Scans by search with an id keyset on every page, which neither meets search's wall of 10,000 results nor loses records that move
/// while the scan runs. A page of the scan is up to five search pages, so that 1,000 activities share three associations reads.
/// The position is the last id in decimal.
/// </summary>
internal sealed class HubSpotActivityReader(
    HubSpotClient client, HubSpotAssociations associations, HubSpotDispositions dispositions, CrmTransport transport, HubSpotOptions options,
    string key, TimeProvider time) : IActivityReader
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ObjectTypes { get; } = [.. HubSpotObjectType.All.Select(type => type.Name)];

    /// <inheritdoc/>
    public Task<Result<ScanPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = HubSpotObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"scanning {type.Name}", token => ReadAsync(type, window, position, token), cancellationToken);
    }

    /// <inheritdoc/>
    public bool LinksAreQuiet => true;

    /// <inheritdoc/>
    public Task<Result<GonePage>> ReadGoneAsync(ScanWindow window, string? position, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, IReadOnlyList<Association>>>> ReadLinksAsync(
        string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<Result<ReadForecast>> ForecastAsync(ScanWindow window, CancellationToken cancellationToken) => throw new NotSupportedException();

    private async Task<Result<ScanPage>> ReadAsync(HubSpotObjectType type, ScanWindow window, string? position, CancellationToken token)
    {
        var place = new CallPlace(key, $"scanning {type.Name}");
        if (!TryParse(position, out var last))
            return HubSpotFailures.BadPosition.At(place);

        var found = new Dictionary<string, CrmActivity>(StringComparer.Ordinal);
        var drained = false;
        var started = time.GetTimestamp();
        var limit = HubSpotClient.SearchLimit;
        for (var page = 0; page < options.SearchPages && !drained; page++)
        {
            // Half of the time is kept for the associations of what is already there.
            if (page > 0 && time.GetElapsedTime(started) > options.Timeouts.Call / 2)
                break;
            var answer = await client.SearchAsync(type.Name, window.From, window.To, last, type.Properties, limit, token);
            // Two hundred mails of some megabytes each do not fit into memory; the same records come in smaller pages.
            while (!answer.Succeeded && answer.Failure.Code == HttpFailures.TooLarge.Code && limit > 1)
            {
                limit = Math.Max(1, limit / 10);
                answer = await client.SearchAsync(type.Name, window.From, window.To, last, type.Properties, limit, token);
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
                return HttpFailures.Unreadable.At(place);
            var records = answer.Value.Body.Items("results").ToList();
            // A short page is not the end: search leaves records out of pages. Only an empty one is.
            drained = records.Count == 0;
            var highest = records.Select(record => Id(record.Text("id"))).DefaultIfEmpty(last).Max();
            if (!drained && highest <= last)
                return HubSpotFailures.ScanStuck.At(place);
            last = highest;
            if (await AddAsync(type, records, window, found, token) is { } failure)
                return failure;
        }

        var linked = await associations.ReadAsync(type.Name, [.. found.Keys], token);
        if (!linked.Succeeded)
            return linked.Failure;
        var activities = found.Values
            .Select(activity => linked.Value.TryGetValue(activity.ExternalId, out var links) ? activity with { Associations = links } : activity)
            .ToList();
        return new ScanPage(activities, drained ? null : last.ToString(CultureInfo.InvariantCulture));
    }

    private async Task<Failure?> AddAsync(
        HubSpotObjectType type, List<JsonElement> records, ScanWindow window, Dictionary<string, CrmActivity> found, CancellationToken token)
    {
        if (type.Type == ActivityType.Call)
        {
            var codes = records.Select(record => record.Child("properties").Filled("hs_call_disposition")).OfType<string>();
            // Without the words a call would be decided on less than the CRM knows, and decided again when they are there.
            if (await dispositions.LearnAsync(codes, token) is { } failure && failure.Category != FailureCategory.Gone)
                return failure;
        }

        foreach (var record in records)
        {
            if (HubSpotActivityMapper.Map(type, record, dispositions.Resolve, window.To) is { } activity)
                found[activity.ExternalId] = activity;
        }

        return null;
    }

    private static bool TryParse(string? position, out long last)
    {
        last = 0;
        return position is null || long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out last);
    }

    private static long Id(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
