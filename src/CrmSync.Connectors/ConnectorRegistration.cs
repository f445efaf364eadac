using CrmSync.Pipeline.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors;

/// <summary>The door of this library.</summary>
public static class ConnectorRegistration
{
    /// <summary>
    /// Registers <see cref="IConnectorCatalog"/> with one connector per connection. Expects <see cref="ILoggerFactory"/>, and takes
    /// <see cref="TimeProvider"/> from the container where there is one.
    /// </summary>
    /// <exception cref="ArgumentException">Something in the connections is wrong; the message lists every fault, one per line.</exception>
    public static IServiceCollection AddCrmConnectors(this IServiceCollection services, IReadOnlyList<ConnectionOptions> connections)
    {
        var faults = ConnectionOptions.Validate(connections);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(connections));
        return services.AddSingleton<IConnectorCatalog>(provider => new ConnectorCatalog(
            connections, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILoggerFactory>()));
    }
}
