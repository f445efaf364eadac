using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors;

/// <summary>The door of this library.</summary>
public static class ConnectorRegistration
{
    /// <summary>
    /// Registers <see cref="IConnectorCatalog"/> with one connector per connection. Expects <see cref="ILoggerFactory"/>, and takes
    /// <see cref="TimeProvider"/>, <see cref="IQuotaStore"/> and <see cref="ICredentialStore"/> from the container where they are; without the
    /// latter two, limits and renewed credentials live in this process only.
    /// </summary>
    /// <exception cref="ArgumentException">Something in the connections is wrong; the message lists every fault, one per line.</exception>
    public static IServiceCollection AddCrmConnectors(this IServiceCollection services, IReadOnlyList<ConnectionOptions> connections)
    {
        var faults = ConnectionOptions.Validate(connections);
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(connections));
        services.AddSingleton<RecentCalls>();
        return services.AddSingleton<IConnectorCatalog>(provider =>
        {
            var time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
            return new ConnectorCatalog(connections, time, provider.GetRequiredService<ILoggerFactory>(), Stores(provider, time));
        });
    }

    /// <summary>
    /// Registers <see cref="IOutboundGate"/>, the way out for everything that calls a configured address: connectors, the hosted model, webhooks of alerts.
    /// </summary>
    /// <exception cref="ArgumentException">Something in the options is wrong; the message lists every fault, one per line.</exception>
    public static IServiceCollection AddOutboundGate(this IServiceCollection services, OutboundOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var faults = options.Faults("Outbound").ToList();
        if (faults.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(options));
        return services.AddSingleton<IOutboundGate>(new OutboundGate(options));
    }

    // Without a registered one, nothing inside a private network may be called.
    internal static OutboundGate GateOf(IServiceProvider provider) => provider.GetService<IOutboundGate>() as OutboundGate ?? new OutboundGate(new OutboundOptions());

    private static ConnectorStores Stores(IServiceProvider provider, TimeProvider time)
    {
        var alone = ConnectorStores.InProcess(time);
        return new ConnectorStores(
            provider.GetService<IQuotaStore>() ?? alone.Quotas, provider.GetService<ICredentialStore>() ?? alone.Credentials)
        {
            Outbound = GateOf(provider), Calls = provider.GetRequiredService<RecentCalls>(),
        };
    }
}
