using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors;

/// <summary>The connectors of the configuration. Thread-safe; disposes them with itself.</summary>
internal sealed class ConnectorCatalog : IConnectorCatalog, IDisposable
{
    private readonly IReadOnlyList<ICrmConnector> _all;

    public ConnectorCatalog(IReadOnlyList<ConnectionOptions> connections, TimeProvider time, ILoggerFactory loggers, ConnectorStores stores)
    {
        _all = [.. connections.Select(connection => Create(connection, time, loggers, stores))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<ICrmConnector> All => _all;

    /// <inheritdoc/>
    public ICrmConnector? Find(string connectionKey) => _all.FirstOrDefault(connector => connector.Key == connectionKey);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connector in _all.OfType<IDisposable>())
            connector.Dispose();
    }

    private static ICrmConnector Create(ConnectionOptions connection, TimeProvider time, ILoggerFactory loggers, ConnectorStores stores) =>
        connection.Kind switch
        {
            ConnectionKinds.HubSpot => HubSpotConnector.Create(connection.HubSpot!, connection.Key, time, loggers, stores),
            ConnectionKinds.Salesforce => SalesforceConnector.Create(connection.Salesforce!, connection.Key, time, loggers, stores),
            _ => throw new ArgumentException($"'{connection.Kind}' is no kind of connection.", nameof(connection)),
        };
}
