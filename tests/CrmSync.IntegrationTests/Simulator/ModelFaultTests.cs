using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class ModelFaultTests : IAsyncLifetime
{
    private ModelBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await ModelBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static JsonObject Ask(int records = 3) => ModelBench.Ask(ModelBench.Prompt(ModelBench.Records(records)), ModelBench.Schema(ModelBench.Stages));

    [Theory]
    [InlineData("F3", 429, "insufficient_quota")]
    [InlineData("F10", 401, "401")]
    [InlineData("F12", 403, "PermissionDenied")]
    [InlineData("F27", 404, "DeploymentNotFound")]
    public async Task LastingLoss_RefusesEveryCallUntilHealed(string code, int status, string error)
    {
        _bench.Simulator.Dials.Turn(code, new DialSetting());

        for (var i = 0; i < 2; i++)
        {
            var (refused, body, _) = await _bench.SendAsync("chat/completions", Ask());
            (refused, (string)body["error"]!["code"]!).ShouldBe((status, error));
        }
        _bench.Simulator.Dials.Heal(code);

        (await _bench.SendAsync("chat/completions", Ask())).Status.ShouldBe(200);
        _bench.Simulator.Dials.Snapshot().Single(state => state.Dial.Code == code).Met.ShouldBe(2);
    }

    [Fact]
    public async Task DeletedDeployment_ByName_LeavesTheOthers()
    {
        _bench.Simulator.Dials.Turn("F27", new DialSetting { Target = "crmsync-large" });
        var ask = Ask();
        ask["model"] = "crmsync-large";

        (await _bench.SendAsync("chat/completions", ask)).Status.ShouldBe(404);
        (await _bench.SendAsync("chat/completions", Ask())).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData(null, null, null, 401)]
    [InlineData("wrong", null, null, 401)]
    [InlineData(null, "Bearer", "wrong", 401)]
    [InlineData(ModelSimulatorOptions.DefaultKey, null, null, 200)]
    [InlineData(null, "Bearer", ModelSimulatorOptions.DefaultKey, 200)]
    [InlineData(null, "Bearer", "sim-entra-token", 200)]
    [InlineData(null, "Bearer", "sim-entra-no-role", 403)]
    public async Task Credentials_DecideWhoIsServed(string? key, string? scheme, string? token, int status)
    {
        _bench.Client.DefaultRequestHeaders.Remove("api-key");
        if (key is not null)
            _bench.Client.DefaultRequestHeaders.Add("api-key", key);
        if (scheme is not null)
            _bench.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, token);

        (await _bench.SendAsync("chat/completions", Ask())).Status.ShouldBe(status);
    }

    [Fact]
    public async Task UnknownRouteAndDeployment_Are404OfTwoKinds()
    {
        using var route = await _bench.Client.GetAsync("assistants", TestContext.Current.CancellationToken);
        var ask = Ask();
        ask["model"] = "none";
        var (status, body, _) = await _bench.SendAsync("chat/completions", ask);

        ((int)route.StatusCode).ShouldBe(404);
        (status, (string)body["error"]!["code"]!).ShouldBe((404, "DeploymentNotFound"));
        body["error"]!.AsObject().Select(property => property.Key).ShouldBe(["code", "message", "type", "param"]);
    }

    [Fact]
    public async Task RateLimitDial_SaysTheWaitInBothHeaders()
    {
        _bench.Simulator.Dials.Turn("F1", new DialSetting { Count = 1, Target = "2.5" });

        var (status, body, headers) = await _bench.SendAsync("chat/completions", Ask());

        (status, (string)body["error"]!["code"]!).ShouldBe((429, "RateLimitReached"));
        headers.GetValues("retry-after-ms").ShouldBe(["2500"]);
        headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Theory]
    [InlineData("500", "InternalServerError")]
    [InlineData("503", "ServiceUnavailable")]
    public async Task Outage_AnswersTheServicesOwnError(string status, string code)
    {
        _bench.Simulator.Dials.Turn("F4", new DialSetting { Count = 1, Target = status });

        var (answered, body, _) = await _bench.SendAsync("chat/completions", Ask());

        (answered.ToString(System.Globalization.CultureInfo.InvariantCulture), (string)body["error"]!["code"]!).ShouldBe((status, code));
    }

    [Theory]
    [InlineData("F44-missing", null, "r0 r1")]
    [InlineData("F44-duplicate", null, "r0 r1 r2 r0")]
    [InlineData("F44-extra", null, "r0 r1 r2 x-999")]
    [InlineData("F44-extra", "r9", "r0 r1 r2 r9")]
    public async Task WrongIds_AreInTheAnswerOnce(string code, string? target, string ids)
    {
        _bench.Simulator.Dials.Turn(code, new DialSetting { Count = 1, Target = target });

        string.Join(' ', (await _bench.LabelsAsync(Ask())).Select(one => one.Id)).ShouldBe(ids);
        string.Join(' ', (await _bench.LabelsAsync(Ask())).Select(one => one.Id)).ShouldBe("r0 r1 r2");
    }

    [Theory]
    [InlineData(null, "Strategic Fit")]
    [InlineData("Won!", "Won!")]
    public async Task UnknownLabel_IsOutsideTheEnumeration_ForTheFirstRecordAlone(string? target, string label)
    {
        _bench.Simulator.Dials.Turn("F44-label", new DialSetting { Count = 1, Target = target });

        var labels = await _bench.LabelsAsync(Ask());

        labels[0].Label.ShouldBe(label);
        labels[1..].ShouldAllBe(one => ModelBench.Stages.Contains(one.Label));
    }

    [Fact]
    public async Task Refusal_HasNoContent()
    {
        _bench.Simulator.Dials.Turn("F44-refusal", new DialSetting { Count = 1 });

        var choice = await _bench.ChatAsync(Ask());

        choice["message"]!["content"].ShouldBeNull();
        ((string)choice["message"]!["refusal"]!).ShouldNotBeEmpty();
        ((string)choice["finish_reason"]!).ShouldBe("stop");
    }

    [Fact]
    public async Task Truncated_IsNoJson()
    {
        _bench.Simulator.Dials.Turn("F44-truncated", new DialSetting { Count = 1 });

        var choice = await _bench.ChatAsync(Ask());

        ((string)choice["finish_reason"]!).ShouldBe("length");
        Should.Throw<JsonException>(() => JsonNode.Parse((string)choice["message"]!["content"]!));
    }

    [Fact]
    public async Task ContentFilter_OnThePrompt_Refuses_OnTheAnswer_CutsIt()
    {
        _bench.Simulator.Dials.Turn("F44-filter", new DialSetting { Count = 1 });
        var (status, body, _) = await _bench.SendAsync("chat/completions", Ask());
        _bench.Simulator.Dials.Turn("F44-filter", new DialSetting { Count = 1, Target = "answer" });
        var choice = await _bench.ChatAsync(Ask());

        (status, (string)body["error"]!["code"]!, (string)body["error"]!["innererror"]!["code"]!)
            .ShouldBe((400, "content_filter", "ResponsibleAIPolicyViolation"));
        ((string)choice["finish_reason"]!).ShouldBe("content_filter");
        choice["content_filter_results"]!["violence"]!["filtered"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public void ContentFilter_UnknownTarget_IsRefused() =>
        Should.Throw<ArgumentException>(() => _bench.Simulator.Dials.Turn("F44-filter", new DialSetting { Target = "both" })).Message.ShouldContain("prompt or answer");
}
