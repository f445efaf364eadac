using CrmSync.Simulator.Seed;

namespace CrmSync.IntegrationTests.Connectors;

public sealed class SalesforceConnectorTests : ConnectorContract
{
    private protected override async Task<IConnectorHouse> StartAsync(SeedWorld world) => await SalesforceHouse.StartAsync(world);
}
