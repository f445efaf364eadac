using System.Globalization;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Clients;

/// <summary>HubSpot's own client, unmodified but for its base address, against the simulated HubSpot.</summary>
public sealed class HubSpotClientTests
{
    private const int Checks = 48;
    private const string Secret = "client-secret-of-the-app";

    [Fact]
    public async Task OfficialClient_OverEveryRoute_FindsNothingAmiss()
    {
        var hook = FreePort.Take();
        var options = new HubSpotSimulatorOptions
        {
            IndexLag = TimeSpan.Zero,
            OAuthApps = [new("client", "hidden", "refresh")],
            Webhooks = [new(new Uri($"http://127.0.0.1:{hook}/hubspot?app=a%20b"), Secret, "object.creation")],
        };
        await using var simulator = await HubSpotSimulator.StartAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        simulator.Load(SeedWorldBuilder.Build(new SeedWorldOptions { Crm = "hubspot", Now = TimeProvider.System.GetUtcNow(), Activities = 360 }));
        simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, Route = "/crm/v3/pipelines/tickets" });
        simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, Route = "/crm/v3/objects/tickets/search" });
        simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 500, Route = "/crm/v3/objects/companies" });

        await OfficialClient.RunAsync(
            "hubspot", Checks, simulator.BaseAddress.ToString().TrimEnd('/'), HubSpotToken.DefaultValue, hook.ToString(CultureInfo.InvariantCulture), Secret);

        simulator.Faults.Pending.ShouldBe(0);
    }
}
