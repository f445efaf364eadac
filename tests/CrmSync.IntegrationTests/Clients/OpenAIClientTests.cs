using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
using Xunit;

namespace CrmSync.IntegrationTests.Clients;

public sealed class OpenAIClientTests
{
    private const int Checks = 15;

    [Fact]
    public async Task OfficialClient_OverEveryRoute_CannotTellTheDifference()
    {
        var options = new ModelSimulatorOptions { ErrorRate = 0 };
        await using var simulator = await ModelSimulator.StartAsync(
            options, new MovableClock(TimeProvider.System), TestContext.Current.CancellationToken);

        await OfficialClient.RunAsync("openai", Checks, simulator.BaseAddress.ToString());
    }
}
