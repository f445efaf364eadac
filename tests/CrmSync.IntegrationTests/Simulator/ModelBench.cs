using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>A simulated Azure OpenAI with a key in hand, and prompts about seeded records.</summary>
internal sealed class ModelBench : IAsyncDisposable
{
    public static readonly string[] Engagements = ["ENGAGED", "NOT ENGAGED", "ND", "ABSTAIN"];
    public static readonly string[] Stages = ["Discovery", "Demo", "Negotiation", "Follow-Up", "Closed Won", "Closed Lost", "ABSTAIN"];

    private ModelBench(ModelSimulator simulator, MovableClock clock)
    {
        Simulator = simulator;
        Clock = clock;
        Client = new HttpClient { BaseAddress = new Uri(simulator.BaseAddress, "openai/v1/") };
        Client.DefaultRequestHeaders.Add("api-key", ModelSimulatorOptions.DefaultKey);
    }

    public ModelSimulator Simulator { get; }

    public MovableClock Clock { get; }

    public HttpClient Client { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ModelBench> StartAsync(ModelSimulatorOptions? options = null)
    {
        var clock = new MovableClock(TimeProvider.System);
        return new ModelBench(await ModelSimulator.StartAsync(options ?? new ModelSimulatorOptions { ErrorRate = 0 }, clock, Token), clock);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return Simulator.DisposeAsync();
    }

    /// <summary>Seeded records that say something, spread over the whole data.</summary>
    public static IReadOnlyList<SeedActivity> Records(int count) =>
    [
        .. SeedWorldBuilder.Build(new() { Crm = "hubspot", Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero), Activities = 360 }).Activities
            .Where(activity => activity.Body.Length > 80).Take(count),
    ];

    public static JsonObject Schema(params IReadOnlyList<string> labels) => new()
    {
        ["type"] = "object", ["additionalProperties"] = false, ["required"] = new JsonArray("results"),
        ["properties"] = new JsonObject
        {
            ["results"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = new JsonObject
                {
                    ["type"] = "object", ["additionalProperties"] = false, ["required"] = new JsonArray("id", "label", "confidence", "reason"),
                    ["properties"] = new JsonObject
                    {
                        ["id"] = new JsonObject { ["type"] = "string" },
                        ["label"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. labels.Select(label => JsonValue.Create(label))]) },
                        ["confidence"] = new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 },
                        ["reason"] = new JsonObject { ["type"] = "string", ["maxLength"] = 80 },
                    },
                },
            },
        },
    };

    public static string Prompt(IEnumerable<SeedActivity> records) => JsonSerializer.Serialize(new
    {
        records = records.Select((record, i) => new { id = $"r{i}", subject = record.Subject, body = record.Body }),
    });

    public static JsonObject Ask(string user, JsonObject? schema = null) => new()
    {
        ["model"] = "crmsync-mini",
        ["messages"] = new JsonArray(
            new JsonObject { ["role"] = "system", ["content"] = "You are an auditor. Label each record by these definitions." },
            new JsonObject { ["role"] = "user", ["content"] = user }),
        ["response_format"] = schema is null ? null : new JsonObject
        {
            ["type"] = "json_schema",
            ["json_schema"] = new JsonObject { ["name"] = "labels", ["strict"] = true, ["schema"] = schema },
        },
    };

    public Task<HttpResponseMessage> PostAsync(string path, JsonObject body) =>
        Client.PostAsync(path, new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), Token);

    public async Task<(int Status, JsonObject Body, HttpResponseHeaders Headers)> SendAsync(string path, JsonObject body)
    {
        using var answer = await PostAsync(path, body);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!.AsObject(), answer.Headers);
    }

    public async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await Client.GetStringAsync(path, Token))!.AsObject();

    /// <summary>The first choice of an answer.</summary>
    public async Task<JsonObject> ChatAsync(JsonObject body)
    {
        var (status, answer, _) = await SendAsync("chat/completions", body);
        return status == 200 ? answer["choices"]![0]!.AsObject() : throw new InvalidOperationException($"{status} {answer}");
    }

    /// <summary>Ids and labels of a structured answer, in order.</summary>
    public async Task<(string Id, string Label)[]> LabelsAsync(JsonObject body) => Labels(await ChatAsync(body));

    public static (string Id, string Label)[] Labels(JsonObject choice) =>
    [
        .. JsonNode.Parse((string)choice["message"]!["content"]!)!["results"]!.AsArray().Select(one => ((string)one!["id"]!, (string)one["label"]!)),
    ];
}
