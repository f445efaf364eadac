using System.Collections.Concurrent;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using Microsoft.Extensions.Logging;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>
/// Looks where the CRM lets labels live and tells the ledger: at the start of a host, hourly, and after a set-up. What an administrator adds or takes away in the CRM
/// is followed by itself. Thread-safe.
/// </summary>
public sealed class LabelPlaceKeeper(ILabelPlaceStore places, AccountGuard accounts, TaxonomySet taxonomies, ILogger<LabelPlaceKeeper> logger)
{
    private readonly ConcurrentDictionary<long, bool> _missed = new();

    /// <summary>Whether the last look at a connection failed. Labels wait for what it would have said, so it is worth another look soon.</summary>
    public bool HasMissed(Connection connection) => _missed.ContainsKey(connection.Id);

    /// <summary>Looks once. A CRM that does not answer changes nothing: what was known stays, and the next look corrects it.</summary>
    /// <returns>What kept it from looking, if anything did.</returns>
    public async Task<Failure?> RefreshAsync(Connection connection, ICrmConnector connector, CancellationToken cancellationToken)
    {
        // Cancelled or thrown out of, it has not looked either.
        _missed[connection.Id] = true;
        if (await accounts.CheckAsync(connection, connector, cancellationToken) is { } stranger)
        {
            logger.PlacesUnknown(connection.Key, stranger.Code);
            return stranger;
        }

        var found = await connector.Setup.ReadPlacesAsync(LabelProperties.For(taxonomies, connector.Kind), cancellationToken);
        if (!found.Succeeded)
        {
            logger.PlacesUnknown(connection.Key, found.Failure.Code);
            return found.Failure;
        }

        foreach (var type in await places.SavePlacesAsync(connection.Id, found.Value, cancellationToken))
            logger.PlaceChanged(connection.Key, type, found.Value.GetValueOrDefault(type, LabelPlace.OnActivity).Kind);
        _missed.TryRemove(connection.Id, out _);
        return null;
    }
}
