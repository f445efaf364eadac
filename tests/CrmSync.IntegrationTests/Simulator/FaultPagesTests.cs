using System.Net;
using CrmSync.Service.Demo;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class FaultPagesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Simulation_StartsThreeServices_EachWithItsAdministrationAndTheSameClock()
    {
        var options = new SimulationOptions { HubSpotPort = 0, SalesforcePort = 0, ModelPort = 0, Activities = 20 };
        await using var simulation = await SimulatedCrms.StartAsync(options, new MovableClock(TimeProvider.System), Token);
        using var client = new HttpClient();

        foreach (var (address, name) in new[]
        {
            (simulation.HubSpot.BaseAddress, "Simulated HubSpot"),
            (simulation.Salesforce.BaseAddress, "Simulated Salesforce"),
            (simulation.Model.BaseAddress, "Simulated Azure OpenAI"),
        })
        {
            var page = await client.GetStringAsync(new Uri(address, "simulator/"), Token);
            page.ShouldContain($"<title>Faults and calls · {name}</title>");
            page.ShouldContain("Move ahead by minutes");
            (await client.GetStringAsync(new Uri(address, "simulator/clock"), Token)).ShouldContain("\"movable\":true");
        }
    }

    [Fact]
    public async Task Simulation_PortTaken_StopsWhatHadStarted_AndSaysWhich()
    {
        await using var holder = await SimulatedCrms.StartAsync(
            new SimulationOptions { HubSpotPort = 0, SalesforcePort = 0, ModelPort = 0, Activities = 0 }, TimeProvider.System, Token);
        var options = new SimulationOptions { HubSpotPort = 0, SalesforcePort = holder.Model.BaseAddress.Port, ModelPort = 0, Activities = 0 };

        var refusal = await Should.ThrowAsync<SimulatorPortInUseException>(() => SimulatedCrms.StartAsync(options, TimeProvider.System, Token));

        refusal.Port.ShouldBe(holder.Model.BaseAddress.Port);
        refusal.Simulator.ShouldBe("Salesforce");
    }

    [Fact]
    public async Task Page_ASiteOfAnotherName_IsNotServed()
    {
        await using var simulation = await SimulatedCrms.StartAsync(
            new SimulationOptions { HubSpotPort = 0, SalesforcePort = 0, ModelPort = 0, Activities = 0 }, TimeProvider.System, Token);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(simulation.Salesforce.BaseAddress, "simulator/calls"));
        request.Headers.Host = "rebound.example";

        using var answer = await client.SendAsync(request, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }
}
