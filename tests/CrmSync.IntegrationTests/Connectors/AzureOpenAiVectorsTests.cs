using CrmSync.Connectors.AzureOpenAI;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
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
        using var endpoint = Connect(simulator);

        var first = await endpoint.EmbedAsync(["bill payment per entity", "cold chain loggers", "lease abstracts"], Token);
        var second = await endpoint.EmbedAsync(["cold chain loggers"], Token);

        first.Succeeded.ShouldBeTrue(first.Failure?.ToString());
        var vectors = first.Value!.Vectors;
        vectors.Count.ShouldBe(3);
        vectors.ShouldAllBe(vector => vector.Length == 64);
        vectors[1].ShouldBe(second.Value!.Vectors[0]);
        vectors[0].ShouldNotBe(vectors[1]);
        first.Value.Model.ShouldBe("text-embedding-3-small");
        first.Value.Tokens.ShouldBe(15);
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

    [Fact]
    public async Task Embed_LimitIsReached_WaitsShortlyOrTellsHowLong()
    {
        await using var simulator = await StartAsync();
        using var endpoint = Connect(simulator);
        simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, RetryAfter = TimeSpan.FromSeconds(1) });

        (await endpoint.EmbedAsync(["x"], Token)).Succeeded.ShouldBeTrue("a second is waited for");
        simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, RetryAfter = TimeSpan.FromSeconds(50) });
        var failure = (await endpoint.EmbedAsync(["x"], Token)).Failure.ShouldNotBeNull();

        failure.Code.ShouldBe("azure-openai.rate_limited");
        failure.NotBefore!.Value.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddSeconds(30));
        failure.RemoteMessage!.ShouldContain("Embeddings_Create");
    }
}
