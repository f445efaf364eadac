using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Simulator.AzureOpenAI;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>Vectors over HTTP from a simulated Azure OpenAI.</summary>
public sealed class AzureOpenAiVectorsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<ModelSimulator> StartAsync() =>
        ModelSimulator.StartAsync(new ModelSimulatorOptions { ErrorRate = 0, QuotasOn = false }, TimeProvider.System, Token);

    private static AzureOpenAiVectors Connect(ModelSimulator simulator, string key = ModelSimulatorOptions.DefaultKey, string deployment = "crmsync-embedding") =>
        AzureOpenAiVectors.Create(
            new AzureOpenAiOptions { Endpoint = simulator.BaseAddress, Key = key }, deployment, dimensions: 64, TimeProvider.System, NullLoggerFactory.Instance);

    [Fact]
    public async Task Embed_Texts_GivesAVectorEachInTheirOrder()
    {
        await using var simulator = await StartAsync();
        using var vectors = Connect(simulator);

        var first = await vectors.EmbedAsync(["bill payment per entity", "cold chain loggers", ""], Token);
        var second = await vectors.EmbedAsync(["cold chain loggers"], Token);

        first.Succeeded.ShouldBeTrue(first.Failure?.ToString());
        first.Value!.Count.ShouldBe(3);
        first.Value.ShouldAllBe(vector => vector.Length == 64);
        first.Value[1].ShouldBe(second.Value![0]);
        first.Value[0].ShouldNotBe(first.Value[1]);
    }

    [Fact]
    public async Task Embed_WrongKeyOrDeployment_IsAFailure()
    {
        await using var simulator = await StartAsync();
        using var wrongKey = Connect(simulator, key: "wrong");
        using var wrongName = Connect(simulator, deployment: "nowhere");

        (await wrongKey.EmbedAsync(["x"], Token)).Failure!.Code.ShouldBe("azure-openai.unauthorized");
        (await wrongName.EmbedAsync(["x"], Token)).Failure!.Code.ShouldBe("azure-openai.no_deployment");
    }
}
