using CrmSync.Connectors;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Settings;
using CrmSync.Storage;

namespace CrmSync.Service.Commands;

/// <summary>Connectors for commands that need no host, chosen by <c>--connection</c>.</summary>
internal static class ConnectionChoice
{
    public static System.CommandLine.Option<string?> Option() => new("--connection")
    {
        Description = "Key of one connection; all of them when left out",
        HelpName = "KEY",
    };

    /// <summary>For commands that are about one connection.</summary>
    public static System.CommandLine.Option<string> Required() => new("--connection") { Description = "Key of the connection", Required = true, HelpName = "KEY" };

    /// <summary>A connection as the ledger knows it, whether it is configured any more or not.</summary>
    public static async Task<Connection> FindAsync(Ledger ledger, string key, CancellationToken cancellationToken) =>
        Find(await ledger.ListConnectionsAsync(cancellationToken), key);

    /// <summary>The same of connections that were listed already.</summary>
    public static Connection Find(IReadOnlyList<Connection> connections, string key) =>
        connections.FirstOrDefault(candidate => candidate.Key == key) ?? throw new UsageException(
            $"The ledger knows no connection '{key}'; it knows {(connections.Count == 0 ? "none yet, since no host has run" : string.Join(", ", connections.Select(known => known.Key)))}.");

    /// <summary>The chosen connections' connectors in a provider that owns them. They count requests and keep renewed credentials in the ledger, as a host's do; without one they keep them to themselves.</summary>
    public static (ServiceProvider Owner, IReadOnlyList<ICrmConnector> Connectors) Open(ServiceSettings settings, string? key, Ledger? ledger)
    {
        var chosen = Choose(settings, key);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddSingleton(TimeProvider.System);
        if (ledger is not null)
            services.AddLedger(ledger);
        services.AddOutboundGate(settings.Outbound.ToOptions());
        services.AddCrmConnectors([.. chosen.Select(connection => connection.ToOptions())]);
        var owner = services.BuildServiceProvider();
        return (owner, owner.GetRequiredService<IConnectorCatalog>().All);
    }

    public static IReadOnlyList<ConnectionSettings> Choose(ServiceSettings settings, string? key)
    {
        if (settings.Connections.Count == 0)
            throw new SettingsException("No connection is configured. Add one under CrmSync:Connections in appsettings.json; README.md shows how.");
        if (key is null)
            return settings.Connections;
        var chosen = settings.Connections.Where(connection => connection.Key == key).ToList();
        return chosen.Count == 1 ? chosen : throw new UsageException(
            $"--connection names '{key}', which is not configured; there is {string.Join(", ", settings.Connections.Select(connection => connection.Key))}.");
    }
}
