using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class ModelChatTests : IAsyncLifetime
{
    private ModelBench _bench = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await ModelBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Structured_SeededRecords_GetTheAuthorsLabelsInOrder()
    {
        var records = ModelBench.Records(40);

        var stages = await _bench.LabelsAsync(ModelBench.Ask(ModelBench.Prompt(records), ModelBench.Schema(ModelBench.Stages)));
        var engagements = await _bench.LabelsAsync(ModelBench.Ask(ModelBench.Prompt(records), ModelBench.Schema(ModelBench.Engagements)));

        stages.Select(one => one.Id).ShouldBe(Enumerable.Range(0, records.Count).Select(i => $"r{i}"));
        stages.Select(one => one.Label).ShouldBe(records.Select(record => record.Stage ?? "ABSTAIN"));
        engagements.Select(one => one.Label).ShouldBe(records.Select(record => record.Engagement));
    }

    [Fact]
    public async Task Structured_LabelsSpelledOtherwise_AreFoundAllTheSame()
    {
        var records = ModelBench.Records(20);

        var labels = await _bench.LabelsAsync(ModelBench.Ask(ModelBench.Prompt(records), ModelBench.Schema("engaged", "not_engaged", "nd")));

        labels.Select(one => one.Label).ShouldBe(records.Select(record => record.Engagement.ToLowerInvariant().Replace(' ', '_')));
    }

    [Fact]
    public async Task Structured_Answer_FitsTheSchema()
    {
        var choice = await _bench.ChatAsync(ModelBench.Ask(ModelBench.Prompt(ModelBench.Records(5)), ModelBench.Schema(ModelBench.Stages)));

        var answer = JsonNode.Parse((string)choice["message"]!["content"]!)!.AsObject();
        answer.Select(property => property.Key).ShouldBe(["results"]);
        foreach (var one in answer["results"]!.AsArray().Select(one => one!.AsObject()))
        {
            one.Select(property => property.Key).ShouldBe(["id", "label", "confidence", "reason"]);
            ModelBench.Stages.ShouldContain((string)one["label"]!);
            ((double)one["confidence"]!).ShouldBeInRange(0, 1);
            ((string)one["reason"]!).Length.ShouldBeInRange(1, 80);
        }
        ((string)choice["finish_reason"]!).ShouldBe("stop");
        choice["content_filter_results"]!["hate"]!["filtered"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Structured_ReferencesAlternativesAndIntegers_AreFollowed()
    {
        var schema = JsonNode.Parse("""
            {"type":"object","additionalProperties":false,"required":["verdict","sure","n","note","flags"],
             "properties":{"verdict":{"$ref":"#/$defs/label"},"sure":{"type":"boolean"},"n":{"type":"integer","minimum":3,"maximum":9},
              "note":{"anyOf":[{"type":"null"},{"type":"string","maxLength":5}]},"flags":{"type":"array","items":{"type":"string","enum":["hot","cold"]}}},
             "$defs":{"label":{"type":"string","enum":["ENGAGED","NOT ENGAGED","ND"]}}}
            """)!.AsObject();
        var record = ModelBench.Records(1);

        var choice = await _bench.ChatAsync(ModelBench.Ask(ModelBench.Prompt(record), schema));

        var answer = JsonNode.Parse((string)choice["message"]!["content"]!)!;
        ((string)answer["verdict"]!).ShouldBe(record[0].Engagement);
        answer["sure"]!.GetValueKind().ShouldBe(JsonValueKind.False);
        ((int)answer["n"]!).ShouldBe(3);
        ((string)answer["note"]!).Length.ShouldBe(5);
        ((string)answer["flags"]![0]!).ShouldBeOneOf("hot", "cold");
    }

    [Fact]
    public async Task UnknownText_Abstains_OrTakesTheFirstLabelWithLittleConfidence()
    {
        const string unknown = """{"id":"x","body":"The ferry to the islands leaves at noon and carries bicycles free of charge."}""";

        var (abstained, first) = (
            await _bench.LabelsAsync(ModelBench.Ask(unknown, ModelBench.Schema(ModelBench.Stages))),
            await _bench.ChatAsync(ModelBench.Ask(unknown, ModelBench.Schema("Demo", "Negotiation"))));

        abstained.ShouldBe([("x", "ABSTAIN")]);
        ModelBench.Labels(first).ShouldBe([("x", "Demo")]);
        ((double)JsonNode.Parse((string)first["message"]!["content"]!)!["results"]![0]!["confidence"]!).ShouldBeLessThan(0.5);
    }

    [Fact]
    public async Task ErrorRate_MakesThatShareWrong_TheSameOnesEachTime()
    {
        _bench.Simulator.ErrorRate = 0.3;
        var records = ModelBench.Records(150);
        var ask = ModelBench.Ask(ModelBench.Prompt(records), ModelBench.Schema(ModelBench.Engagements));

        var first = await _bench.LabelsAsync(ask);
        var second = await _bench.LabelsAsync(ask);

        second.ShouldBe(first);
        var wrong = first.Zip(records).Count(pair => pair.First.Label != pair.Second.Engagement);
        wrong.ShouldBeInRange(25, 65);
    }

    [Fact]
    public async Task ExtraTruth_ServesATaxonomyOfItsOwn()
    {
        await using var bench = await ModelBench.StartAsync(new ModelSimulatorOptions
        {
            ErrorRate = 0, ExtraTruth = [new("They said the licence is too dear for a team of four.", ["Price"])],
        });

        var labels = await bench.LabelsAsync(ModelBench.Ask(
            """{"id":7,"text":"they said the licence is too dear for a team of four"}""", ModelBench.Schema("Timing", "Price", "ABSTAIN")));

        labels.ShouldBe([("7", "Price")]);
    }

    [Fact]
    public async Task JsonObject_NeedsTheWordJson_AndAnswersAnObject()
    {
        var ask = ModelBench.Ask(ModelBench.Prompt(ModelBench.Records(1)));
        ask["response_format"] = new JsonObject { ["type"] = "json_object" };
        var (status, refused, _) = await _bench.SendAsync("chat/completions", ask);
        ask["messages"]![0]!["content"] = "Answer as JSON.";

        var choice = await _bench.ChatAsync(ask);

        status.ShouldBe(400);
        ((string)refused["error"]!["message"]!).ShouldContain("must contain the word 'json'");
        JsonNode.Parse((string)choice["message"]!["content"]!)!["results"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task MostTokens_CutsTheJson_AndCountsThem()
    {
        var ask = ModelBench.Ask(ModelBench.Prompt(ModelBench.Records(5)), ModelBench.Schema(ModelBench.Stages));
        ask["max_completion_tokens"] = 12;

        var (_, answer, _) = await _bench.SendAsync("chat/completions", ask);

        ((string)answer["choices"]![0]!["finish_reason"]!).ShouldBe("length");
        ((int)answer["usage"]!["completion_tokens"]!).ShouldBe(12);
        Should.Throw<JsonException>(() => JsonNode.Parse((string)answer["choices"]![0]!["message"]!["content"]!));
    }

    [Fact]
    public async Task Usage_SamePrefixAgain_IsCached()
    {
        var ask = ModelBench.Ask(ModelBench.Prompt(ModelBench.Records(1)));
        ask["messages"]![0]!["content"] = string.Join(' ', Enumerable.Range(0, 2000));

        var (_, first, _) = await _bench.SendAsync("chat/completions", ask);
        ask["messages"]![1]!["content"] = "Something else.";
        var (_, second, _) = await _bench.SendAsync("chat/completions", ask);

        ((int)first["usage"]!["prompt_tokens_details"]!["cached_tokens"]!).ShouldBe(0);
        ((int)second["usage"]!["prompt_tokens_details"]!["cached_tokens"]!).ShouldBeInRange(1024, (int)second["usage"]!["prompt_tokens"]!);
    }

    [Fact]
    public async Task Stream_PiecesMakeTheWholeAnswer_AndEndWithDone()
    {
        var ask = ModelBench.Ask(ModelBench.Prompt(ModelBench.Records(3)), ModelBench.Schema(ModelBench.Stages));
        var whole = (string)(await _bench.ChatAsync(ask))["message"]!["content"]!;
        ask["stream"] = true;
        ask["stream_options"] = new JsonObject { ["include_usage"] = true };

        using var answer = await _bench.PostAsync("chat/completions", ask);
        var events = (await answer.Content.ReadAsStringAsync(Token)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        events[^1].ShouldBe("data: [DONE]");
        JsonNode[] chunks = [.. events[..^1].Select(one => JsonNode.Parse(one["data: ".Length..])!)];
        chunks[0]["prompt_filter_results"].ShouldNotBeNull();
        string.Concat(chunks.SelectMany(chunk => chunk["choices"]!.AsArray()).Select(choice => (string?)choice!["delta"]!["content"])).ShouldBe(whole);
        ((int)chunks[^1]["usage"]!["completion_tokens"]!).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", "'additionalProperties' is required")]
    [InlineData("""{"type":"object","additionalProperties":false,"properties":{"a":{"type":"string"}},"required":[]}""", "Missing 'a'")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "got 'type: \"array\"'")]
    [InlineData("""{"type":"object","additionalProperties":false,"required":["a"],"properties":{"a":{"allOf":[]}}}""", "'allOf' is not permitted")]
    public async Task StrictSchema_OutsideTheSupportedPart_IsRefused(string schema, string reason)
    {
        var (status, body, _) = await _bench.SendAsync("chat/completions", ModelBench.Ask("Hello", JsonNode.Parse(schema)!.AsObject()));

        status.ShouldBe(400);
        ((string)body["error"]!["param"]!).ShouldBe("response_format");
        ((string)body["error"]!["message"]!).ShouldContain(reason);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model parameter")]
    [InlineData("""{"model":"crmsync-mini","messages":[]}""", "empty array")]
    [InlineData("""{"model":"crmsync-mini","messages":[{"role":"boss","content":"x"}]}""", "messages[0].role")]
    [InlineData("""{"model":"crmsync-mini","messages":[{"role":"user","content":"x"}],"temperature":3}""", "temperature")]
    [InlineData("""{"model":"crmsync-mini","messages":[{"role":"user","content":"x"}],"tools":[{}]}""", "tools")]
    [InlineData("""{"model":"crmsync-embedding","messages":[{"role":"user","content":"x"}]}""", "does not work with the specified model")]
    public async Task BadRequest_NamesWhatIsWrong(string body, string reason)
    {
        var (status, answer, _) = await _bench.SendAsync("chat/completions", JsonNode.Parse(body)!.AsObject());

        status.ShouldBe(400);
        ((string)answer["error"]!["message"]!).ShouldContain(reason);
    }
}
