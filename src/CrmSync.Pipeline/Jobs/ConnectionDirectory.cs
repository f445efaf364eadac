using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Jobs;

/// <summary>Brings a ledger connection and its configured connector together. Thread-safe.</summary>
public sealed class ConnectionDirectory(IRunStore runs, IConnectorCatalog connectors)
{
    /// <summary>The connection as the ledger has it now (its write mode may have changed a second ago), and its connector.</summary>
    public async Task<(Connection? Connection, ICrmConnector? Connector)> FindAsync(long connectionId, CancellationToken cancellationToken)
    {
        var all = await runs.ListConnectionsAsync(cancellationToken);
        var connection = all.FirstOrDefault(candidate => candidate.Id == connectionId);
        return (connection, connection is null ? null : connectors.Find(connection.Key));
    }

    /// <summary>All connections that are both in the ledger and configured.</summary>
    public async Task<IReadOnlyList<(Connection Connection, ICrmConnector Connector)>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await runs.ListConnectionsAsync(cancellationToken);
        return [.. from connection in all let connector = connectors.Find(connection.Key) where connector is not null select (connection, connector)];
    }
}
