using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Activities of HubSpot with their links. A page of a scan is 1,000 activities, because so many share one associations read per linked type.</summary>
internal sealed class HubSpotActivityReader(
    HubSpotScanner scanner, HubSpotAssociations associations, HubSpotDispositions dispositions, HubSpotMailBodies bodies, HubSpotGoneReader gone,
    CrmTransport transport, HubSpotOptions options) : IActivityReader
{
    /// <inheritdoc/>
    public IReadOnlyList<string> ObjectTypes { get; } = [.. HubSpotObjectType.All.Select(type => type.Name)];

    /// <inheritdoc/>
    public bool LinksAreQuiet => true;

    /// <inheritdoc/>
    public Task<Result<ScanPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = HubSpotObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"scanning {type.Name}", token => ReadAsync(type, window, position, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<GonePage>> ReadGoneAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = HubSpotObjectType.Of(window.ObjectType);
        return transport.CallAsync(
            CallKind.Read, $"looking for archived {type.Name}", token => gone.ReadAsync(type.Scan, window, position, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, IReadOnlyList<Association>>>> ReadLinksAsync(
        string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var type = HubSpotObjectType.Of(objectType);
        return transport.CallAsync(CallKind.Read, $"reading links of {type.Name}", async token =>
        {
            var links = await associations.ReadAsync(type.Name, ids, type.Scan.Linked, token);
            if (!links.Succeeded)
                return links.Failure;
            // Links of which nothing may be seen are not known to be none.
            if (links.Value.Refused.Count == type.Scan.Linked.Count)
                return links.Value.Refused[0];
            return Result.Success<IReadOnlyDictionary<string, IReadOnlyList<Association>>>(
                ids.Distinct(StringComparer.Ordinal).Where(id => !links.Value.Gone.Contains(id))
                    .ToDictionary(id => id, links.Value.Of, StringComparer.Ordinal));
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Result<ReadForecast>> ForecastAsync(ScanWindow window, CancellationToken cancellationToken)
    {
        var type = HubSpotObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"counting {type.Name}", async token =>
        {
            var counted = await scanner.CountAsync(type.Scan, window, token);
            return counted.Map(count => HubSpotRoute.Forecast(type.Name, count.Rows, count.All, options));
        }, cancellationToken);
    }

    private async Task<Result<ScanPage>> ReadAsync(HubSpotObjectType type, ScanWindow window, string? position, CancellationToken token)
    {
        var read = await scanner.ReadAsync(type.Scan, window, position, token);
        if (!read.Succeeded)
            return read.Failure;
        var rows = read.Value.Rows;
        var skipped = new Dictionary<string, int>();
        if (type.Type == ActivityType.Email)
        {
            var withheld = await bodies.AreWithheldAsync(type.Scan, rows, token);
            if (!withheld.Succeeded)
                return withheld.Failure;
            if (withheld.Value)
            {
                skipped[HubSpotMailBodies.Withheld] = rows.Count;
                rows = [];
            }
        }

        if (type.Type == ActivityType.Call && await LearnAsync(rows, token) is { } failure)
            return failure;
        var links = read.Value.Linked
            ? await associations.CompleteAsync(type.Name, rows, type.Scan.Linked, token)
            : await associations.ReadAsync(type.Name, [.. rows.Select(row => row.Text("id")).OfType<string>()], type.Scan.Linked, token);
        if (!links.Succeeded)
            return links.Failure;
        return new ScanPage(
            [
                .. rows.Select(row => HubSpotActivityMapper.Map(type, row, dispositions.Resolve, window.To)).OfType<CrmActivity>()
                    .Select(activity => activity with { Associations = links.Value.Of(activity.ExternalId) }),
            ],
            read.Value.Position)
        { Skipped = skipped };
    }

    // Without the words a call would be decided on less than the CRM knows, and decided again when they are there.
    private async Task<Failure?> LearnAsync(IReadOnlyList<JsonElement> rows, CancellationToken token)
    {
        var codes = rows.Select(row => row.Child("properties").Filled("hs_call_disposition")).OfType<string>();
        var failure = await dispositions.LearnAsync(codes, token);
        return failure?.Category == FailureCategory.Gone ? null : failure;
    }
}
