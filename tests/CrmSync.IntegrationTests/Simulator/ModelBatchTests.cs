using System.Text;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class ModelBatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Stage = TimeSpan.FromSeconds(5);
    private ModelBench _bench = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await ModelBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static string Line(string id, JsonObject? body = null, string url = "/v1/chat/completions") => new JsonObject
    {
        ["custom_id"] = id, ["method"] = "POST", ["url"] = url,
        ["body"] = body ?? ModelBench.Ask(ModelBench.Prompt(ModelBench.Records(2)), ModelBench.Schema(ModelBench.Stages)),
    }.ToJsonString();

    private async Task<(int Status, JsonObject Body)> UploadAsync(string content, string name = "rows.jsonl", string purpose = "batch")
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(purpose), "purpose" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "file", name },
        };
        using var answer = await _bench.Client.PostAsync("files", form, Token);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!.AsObject());
    }

    private async Task<string> StartAsync(params string[] lines)
    {
        var (_, file) = await UploadAsync(string.Join('\n', lines));
        var (status, batch, _) = await _bench.SendAsync("batches", new JsonObject
        {
            ["input_file_id"] = (string)file["id"]!, ["endpoint"] = "/v1/chat/completions", ["completion_window"] = "24h",
        });
        status.ShouldBe(200, batch.ToJsonString());
        return (string)batch["id"]!;
    }

    private async Task<JsonObject> AfterAsync(string id, int stages)
    {
        _bench.Clock.Advance(Stage * stages);
        return await _bench.GetAsync($"batches/{id}");
    }

    [Fact]
    public async Task Batch_RunsThroughItsStates_AndTheLinesAreAnswered()
    {
        var id = await StartAsync(Line("a"), Line("b"));

        var states = new List<string> { (string)(await _bench.GetAsync($"batches/{id}"))["status"]! };
        JsonObject batch = [];
        for (var i = 0; i < 3; i++)
        {
            batch = await AfterAsync(id, 1);
            states.Add((string)batch["status"]!);
        }
        var output = (await _bench.Client.GetStringAsync($"files/{batch["output_file_id"]}/content", Token)).Trim().Split('\n');

        states.ShouldBe(["validating", "in_progress", "finalizing", "completed"]);
        batch["error_file_id"].ShouldBeNull();
        output.Select(line => (string)JsonNode.Parse(line)!["custom_id"]!).ShouldBe(["a", "b"]);
        ModelBench.Labels(JsonNode.Parse(output[0])!["response"]!["body"]!["choices"]![0]!.AsObject()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Batch_LineThatIsFiltered_GoesToTheErrorFile()
    {
        var id = await StartAsync(Line("a"), Line("b"));
        _bench.Simulator.Dials.Turn("F44-filter", new DialSetting { Count = 1 });

        var batch = await AfterAsync(id, 3);
        var error = JsonNode.Parse(await _bench.Client.GetStringAsync($"files/{batch["error_file_id"]}/content", Token))!;

        ((string)error["custom_id"]!, (int)error["response"]!["status_code"]!).ShouldBe(("a", 400));
        batch["request_counts"]!.ToJsonString().ShouldBe("""{"total":2,"completed":1,"failed":1}""");
    }

    [Theory]
    [InlineData("{", "not parseable")]
    [InlineData("""{"method":"POST","url":"/v1/chat/completions","body":{"model":"crmsync-mini"}}""", "custom_id")]
    [InlineData("""{"custom_id":"z","method":"GET","url":"/v1/chat/completions","body":{"model":"crmsync-mini"}}""", "method and url")]
    [InlineData("""{"custom_id":"z","method":"POST","url":"/v1/chat/completions","body":{"model":"none"}}""", "'none' does not exist")]
    public async Task Batch_BadLine_FailsTheValidation(string line, string reason)
    {
        var batch = await AfterAsync(await StartAsync(Line("a"), line), 1);

        ((string)batch["status"]!).ShouldBe("failed");
        ((string)batch["errors"]!["data"]![0]!["message"]!).ShouldStartWith("line 2");
        ((string)batch["errors"]!["data"]![0]!["message"]!).ShouldContain(reason);
    }

    [Fact]
    public async Task Batch_SameCustomIdTwice_Fails() =>
        ((string)(await AfterAsync(await StartAsync(Line("a"), Line("a")), 1))["errors"]!["data"]![0]!["message"]!).ShouldContain("duplicate");

    [Fact]
    public async Task Cancel_WhileItRuns_Ends_AfterTheEnd_IsRefused()
    {
        var id = await StartAsync(Line("a"));
        var (_, cancelling, _) = await _bench.SendAsync($"batches/{id}/cancel", []);
        var cancelled = await AfterAsync(id, 1);
        var done = await StartAsync(Line("a"));
        await AfterAsync(done, 3);

        ((string)cancelling["status"]!, (string)cancelled["status"]!).ShouldBe(("cancelling", "cancelled"));
        (await _bench.SendAsync($"batches/{done}/cancel", [])).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Create_BadRequest_IsRefused()
    {
        var (_, file) = await UploadAsync(Line("a"));
        JsonObject Body(string id, string endpoint, string window) => new() { ["input_file_id"] = id, ["endpoint"] = endpoint, ["completion_window"] = window };

        (await _bench.SendAsync("batches", Body("file-none", "/v1/chat/completions", "24h"))).Status.ShouldBe(400);
        (await _bench.SendAsync("batches", Body((string)file["id"]!, "/v1/images", "24h"))).Status.ShouldBe(400);
        (await _bench.SendAsync("batches", Body((string)file["id"]!, "/v1/chat/completions", "1h"))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Files_AreListedByPage_AndBadOnesRefused()
    {
        await UploadAsync("1");
        var (_, second) = await UploadAsync("22");

        var page = await _bench.GetAsync("files?limit=1");
        var next = await _bench.GetAsync($"files?limit=1&after={page["last_id"]}");

        ((string)page["data"]![0]!["id"]!).ShouldBe((string)second["id"]!);
        page["has_more"]!.GetValue<bool>().ShouldBeTrue();
        ((int)next["data"]![0]!["bytes"]!).ShouldBe(1);
        next["has_more"]!.GetValue<bool>().ShouldBeFalse();
        (await UploadAsync("1", "rows.txt")).Status.ShouldBe(400);
        (await UploadAsync("1", purpose: "assistants")).Status.ShouldBe(400);
    }
}
