using CrmSync.Simulator.Seed;

namespace CrmSync.IntegrationTests.Connectors;

public sealed class HubSpotConnectorTests : ConnectorContract
{
    private protected override async Task<IConnectorHouse> StartAsync(SeedWorld world) => await HubSpotHouse.StartAsync(world);
}
