using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class ModelEmbeddingTests : IAsyncLifetime
{
    private ModelBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await ModelBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static JsonObject Ask(params string[] input) => new()
    {
        ["model"] = "crmsync-embedding", ["input"] = new JsonArray([.. input.Select(text => JsonValue.Create(text))]),
    };

    private static float[][] Vectors(JsonObject answer) =>
        [.. answer["data"]!.AsArray().Select(one => one!["embedding"]!.AsArray().Select(number => (float)number!).ToArray())];

    private static double Nearness(float[] a, float[] b) => a.Zip(b).Sum(pair => (double)pair.First * pair.Second);

    [Fact]
    public async Task Embed_SharedWordsLieNear_UnitLength_SameTextSameVector()
    {
        var (_, answer, _) = await _bench.SendAsync("embeddings", Ask("invoice matching by hand", "matching invoices by hand", "ferry timetable", "invoice matching by hand"));

        var vectors = Vectors(answer);
        vectors.ShouldAllBe(vector => vector.Length == 1536 && Math.Abs(Nearness(vector, vector) - 1) < 1e-4);
        vectors[3].ShouldBe(vectors[0]);
        Nearness(vectors[0], vectors[1]).ShouldBeGreaterThan(Nearness(vectors[0], vectors[2]) + 0.3);
        ((int)answer["usage"]!["prompt_tokens"]!).ShouldBe(23);
    }

    [Fact]
    public async Task Embed_DimensionsAndBase64_AreHonoured()
    {
        var plain = Ask("signed order form");
        plain["dimensions"] = 64;
        var packed = plain.DeepClone().AsObject();
        packed["encoding_format"] = "base64";

        var vector = Vectors((await _bench.SendAsync("embeddings", plain)).Body).Single();
        var text = (string)(await _bench.SendAsync("embeddings", packed)).Body["data"]![0]!["embedding"]!;

        vector.Length.ShouldBe(64);
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray().ShouldBe(vector, tolerance: 1e-6);
    }

    [Theory]
    [InlineData("""{"model":"crmsync-embedding","input":""}""", 400)]
    [InlineData("""{"model":"crmsync-embedding","input":[]}""", 400)]
    [InlineData("""{"model":"crmsync-embedding","input":"x","dimensions":9999}""", 400)]
    [InlineData("""{"model":"crmsync-embedding","input":"x","dimensions":0}""", 400)]
    [InlineData("""{"model":"crmsync-embedding","input":"x","encoding_format":"hex"}""", 400)]
    [InlineData("""{"model":"crmsync-mini","input":"x"}""", 400)]
    [InlineData("""{"model":"none","input":"x"}""", 404)]
    public async Task BadRequest_IsRefused(string body, int status) =>
        (await _bench.SendAsync("embeddings", JsonNode.Parse(body)!.AsObject())).Status.ShouldBe(status);

    [Fact]
    public async Task TooMuchAtOnce_IsRefused()
    {
        var (status, tooLong, _) = await _bench.SendAsync("embeddings", Ask(new string('x', 40_000)));
        status.ShouldBe(400);
        ((string)tooLong["error"]!["message"]!).ShouldContain("maximum context length is 8192 tokens");
        (await _bench.SendAsync("embeddings", Ask([.. Enumerable.Repeat("x", 2_049)]))).Status.ShouldBe(400);
        var (many, body, _) = await _bench.SendAsync("embeddings", Ask([.. Enumerable.Repeat(new string('x', 30_000), 41)]));
        many.ShouldBe(400);
        ((string)body["error"]!["code"]!).ShouldBe("max_tokens_per_request");
    }

    [Fact]
    public async Task Models_ListsTheDeployments()
    {
        var listed = await _bench.GetAsync("models");

        listed["data"]!.AsArray().Select(one => (string)one!["id"]!).ShouldBe(["crmsync-mini", "crmsync-large", "crmsync-embedding"]);
        ((string)(await _bench.GetAsync("models/crmsync-mini"))["object"]!).ShouldBe("model");
    }
}
