using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class FaultAdministrationTests : IAsyncLifetime
{
    private ModelBench _bench = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Origin => _bench.Simulator.BaseAddress.ToString().TrimEnd('/');

    public async ValueTask InitializeAsync()
    {
        _bench = await ModelBench.StartAsync();
        _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_bench.Simulator.BaseAddress, "simulator/") };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _bench.DisposeAsync();
    }

    private async Task<(int Status, string Body)> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _client.SendAsync(request, Token);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private Task<(int Status, string Body)> FormAsync(string path, params (string Name, string Value)[] fields) => SendAsync(HttpMethod.Post, path,
        new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))), ("Origin", Origin));

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private DialState Dial(string code) => _bench.Simulator.Dials.Snapshot().Single(state => state.Dial.Code == code);

    [Fact]
    public async Task Dials_TurnedAndHealedByScript_AnswerTheNewState()
    {
        var (turned, state) = await SendAsync(HttpMethod.Post, "dials/F4",
            Json("""{"probability":0.25,"count":3,"method":"POST","route":"chat","target":"503x2"}"""));
        var listed = JsonNode.Parse((await SendAsync(HttpMethod.Get, "dials")).Body)!["dials"]!.AsArray().Single(one => (string)one!["code"]! == "F4")!;
        var setting = Dial("F4").Setting;
        var (healed, _) = await SendAsync(HttpMethod.Delete, "dials/F4");

        (turned, healed).ShouldBe((200, 200));
        setting.ShouldBe(new DialSetting { Probability = 0.25, Count = 3, Method = "POST", Route = "chat", Target = "503x2" });
        JsonNode.Parse(state)!["on"]!.GetValue<bool>().ShouldBeTrue();
        ((double)listed["setting"]!["probability"]!).ShouldBe(0.25);
        Dial("F4").Setting.ShouldBeNull();
    }

    [Fact]
    public async Task Dials_TurnedAndHealedByForm_LeadBackToThePage()
    {
        var turned = await FormAsync("dials/F2", ("action", "turn"), ("percent", "12.5"), ("count", ""), ("method", "GET"), ("route", ""));
        var setting = Dial("F2").Setting;
        var healed = await FormAsync("dials/F2", ("action", "heal"));

        (turned.Status, healed.Status).ShouldBe((303, 303));
        setting.ShouldBe(new DialSetting { Probability = 0.125, Method = "GET" });
        Dial("F2").Setting.ShouldBeNull();
    }

    [Fact]
    public async Task HealAll_ByScriptAndByForm_TurnsEverythingOff()
    {
        _bench.Simulator.Dials.Turn("F1", new DialSetting());
        _bench.Simulator.Dials.Turn("F10", new DialSetting());
        (await SendAsync(HttpMethod.Delete, "dials")).Status.ShouldBe(200);
        _bench.Simulator.Dials.Snapshot().ShouldAllBe(state => state.Setting == null);

        _bench.Simulator.Dials.Turn("F1", new DialSetting());
        (await FormAsync("dials", ("action", "heal-all"))).Status.ShouldBe(303);
        Dial("F1").Setting.ShouldBeNull();
    }

    [Theory]
    [InlineData("dials/F99", "{}", "has no dial F99")]
    [InlineData("dials/F1", """{"probability":2}""", "give 0 to 1")]
    [InlineData("dials/F1", """{"target":"soon"}""", "seconds to wait")]
    [InlineData("dials/F1", """{"chance":1}""", "not what this address takes")]
    [InlineData("dials/F1", "{", "not what this address takes")]
    [InlineData("clock", "{}", "names no minutes")]
    [InlineData("clock", """{"advanceMinutes":-1}""", "cannot be moved")]
    [InlineData("quotas", "{}", "neither on nor off")]
    public async Task BadScript_GetsOneSentence(string path, string body, string reason)
    {
        var (status, said) = await SendAsync(HttpMethod.Post, path, Json(body));

        status.ShouldBe(400);
        said.ShouldContain(reason);
        said.ShouldNotContain("Parameter '");
    }

    [Fact]
    public async Task FormWithoutAction_IsRefused_SoThatAForgottenContentTypeIsNoticed()
    {
        var (status, said) = await SendAsync(HttpMethod.Post, "dials/F1", new StringContent("{\"probability\":0.1}", Encoding.UTF8, "application/x-www-form-urlencoded"));

        status.ShouldBe(400);
        said.ShouldContain("Content-Type: application/json");
        Dial("F1").Setting.ShouldBeNull();
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task OtherSites_ChangeNothing(string header, string value)
    {
        var answers = new[]
        {
            await SendAsync(HttpMethod.Post, "dials/F1", Json("{}"), (header, value)),
            await SendAsync(HttpMethod.Delete, "calls", null, (header, value)),
            await SendAsync(HttpMethod.Post, "quotas", Json("""{"on":false}"""), (header, value)),
            await SendAsync(HttpMethod.Post, "clock", Json("""{"advanceMinutes":1}"""), (header, value)),
        };

        answers.ShouldAllBe(answer => answer.Status == 403);
        (Dial("F1").Setting, _bench.Simulator.QuotasOn, _bench.Clock.Ahead).ShouldBe((null, true, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("")]
    [InlineData("dials")]
    [InlineData("calls")]
    public async Task OtherHostName_SeesNothing(string path) =>
        (await SendAsync(HttpMethod.Get, path, null, ("Host", "rebound.example"))).Status.ShouldBe((int)HttpStatusCode.MisdirectedRequest);

    [Fact]
    public async Task Calls_AreFilteredCountedAndForgotten()
    {
        for (var i = 0; i < 4; i++)
            await _bench.GetAsync("models");
        var since = _bench.Clock.GetUtcNow();
        _bench.Clock.Advance(TimeSpan.FromMinutes(5));
        await _bench.SendAsync("chat/completions", ModelBench.Ask("Hello"));
        _bench.Simulator.Dials.Turn("F2", new DialSetting());
        await _bench.SendAsync("chat/completions", ModelBench.Ask("Hello"));

        async Task<JsonNode> Calls(string query) => JsonNode.Parse((await SendAsync(HttpMethod.Get, $"calls?{query}")).Body)!;
        var all = await Calls("");
        ((int)all["matching"]!, (int)all["highestPerTenSeconds"]!).ShouldBe((6, 4));
        all["routes"]!.AsArray().Select(route => ((string)route!["route"]!, (int)route["calls"]!, (int)route["refused"]!))
            .ShouldBe([("/openai/v1/models", 4, 0), ("/openai/v1/chat/completions", 2, 1)]);
        ((int)(await Calls("status=429"))["matching"]!).ShouldBe(1);
        ((int)(await Calls("status=2xx&route=CHAT"))["matching"]!).ShouldBe(1);
        ((int)(await Calls($"since={Uri.EscapeDataString(since.ToString("O"))}"))["matching"]!).ShouldBe(2);
        (await Calls("limit=2"))["calls"]!.AsArray().Count.ShouldBe(2);
        (await SendAsync(HttpMethod.Get, "calls?status=odd")).Status.ShouldBe(400);
        (await SendAsync(HttpMethod.Get, "calls?limit=-1")).Status.ShouldBe(400);
        (await SendAsync(HttpMethod.Get, "calls?since=later")).Status.ShouldBe(400);

        (await SendAsync(HttpMethod.Delete, "calls")).Status.ShouldBe(204);
        ((int)(await Calls(""))["total"]!).ShouldBe(0);
    }

    [Fact]
    public async Task ClockAndQuotas_AreTurnedByScriptAndByForm()
    {
        (await SendAsync(HttpMethod.Post, "clock", Json("""{"advanceMinutes":90}"""))).Status.ShouldBe(200);
        (await FormAsync("clock", ("minutes", "30"))).Status.ShouldBe(303);
        _bench.Clock.Ahead.ShouldBe(TimeSpan.FromHours(2));

        (await SendAsync(HttpMethod.Post, "quotas", Json("""{"on":false}"""))).Body.ShouldBe("""{"on":false}""");
        _bench.Simulator.QuotasOn.ShouldBeFalse();
        (await FormAsync("quotas", ("on", "true"))).Status.ShouldBe(303);
        _bench.Simulator.QuotasOn.ShouldBeTrue();
    }

    [Fact]
    public async Task MachineClock_CannotBeMoved()
    {
        await using var simulator = await ModelSimulator.StartAsync(new ModelSimulatorOptions(), TimeProvider.System, Token);
        using var answer = await _client.PostAsJsonAsync(new Uri(simulator.BaseAddress, "simulator/clock"), new { advanceMinutes = 1 }, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain("--movable-clock");
    }

    [Fact]
    public async Task Page_ListsEveryDial_EncodesText_AndAllowsNoScript()
    {
        _bench.Simulator.Dials.Turn("F2", new DialSetting { Route = "<script>alert(1)</script>", Probability = 0.05 });
        using var answer = await _client.GetAsync("?route=%22%3E%3Cscript%3E", Token);
        var page = await answer.Content.ReadAsStringAsync(Token);

        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'; style-src 'self'");
        page.ShouldNotContain("<script");
        page.ShouldContain("5 %");
        foreach (var state in _bench.Simulator.Dials.Snapshot())
            page.ShouldContain($"action=\"/simulator/dials/{state.Dial.Code}\"");
        (await _bench.Client.GetStringAsync(new Uri(_bench.Simulator.BaseAddress, "pages/site.css"), Token)).ShouldContain(".azure-openai");
    }

    [Fact]
    public async Task Administration_IsNotLoggedAndMeetsNoFault()
    {
        _bench.Simulator.Dials.Turn("F13", new DialSetting());

        (await SendAsync(HttpMethod.Get, "")).Status.ShouldBe(200);

        _bench.Simulator.Calls.Total.ShouldBe(0);
    }
}
