using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Activities of HubSpot with their links. A page of a scan is 1,000 activities, because so many share one associations read per linked type.</summary>
internal sealed class HubSpotActivityReader(
    HubSpotScanner scanner, HubSpotHarvest harvest, HubSpotAssociations associations, HubSpotGoneReader gone, CrmTransport transport, HubSpotOptions options)
    : IActivityReader
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
        var page = await harvest.GatherAsync(type, read.Value.Rows, read.Value.Linked, window.To, token);
        return page.Map(gathered => gathered with { Position = read.Value.Position });
    }
}
