using System.Security.Cryptography;
using CrmSync.IntegrationTests.Simulator;
using CrmSync.Simulator.Salesforce;
using Xunit;

namespace CrmSync.IntegrationTests.Clients;

/// <summary>jsforce from npm, unmodified but for its addresses, against the simulator. It proves the wire format, not that it equals Salesforce.</summary>
public sealed class JsforceClientTests
{
    private const int Checks = 21;
    private const int Rows = 10_000;

    [Fact]
    public async Task OfficialClient_OverEveryRoute_FindsNothingAmiss()
    {
        using var key = RSA.Create(2048);
        await using var simulator = await SalesforceSimulator.StartAsync(
            new() { JwtPublicKey = key.ExportSubjectPublicKeyInfoPem() }, TimeProvider.System, TestContext.Current.CancellationToken);
        simulator.Load(SalesforceWorlds.Many(Rows + 50));

        await OfficialClient.RunAsync(
            "jsforce", Checks, [$"{simulator.BaseAddress}", $"{Rows}"],
            new Dictionary<string, string> { ["JWT_KEY"] = key.ExportPkcs8PrivateKeyPem() });
    }
}
