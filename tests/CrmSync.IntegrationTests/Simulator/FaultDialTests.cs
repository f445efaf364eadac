using System.Net;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class FaultDialTests : IAsyncLifetime
{
    private FaultDialBench _bench = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await FaultDialBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task AllOff_AnswersAndOffersEveryDial()
    {
        (await _bench.Client.GetStringAsync("api/things", Token)).ShouldBe(FaultDialBench.Body);

        _bench.Board.Snapshot().Select(state => state.Dial.Code).ShouldBe(["F1", "F2", "F4", "F5", "F6", "F7", "F8", "F13"]);
        _bench.Board.Snapshot().ShouldAllBe(state => state.Setting == null && state.Met == 0);
    }

    [Theory]
    [InlineData("F1", null, 1)]
    [InlineData("F1", "30", 30)]
    [InlineData("F2", null, null)]
    public async Task RateLimit_RefusesWithoutWork_WithTheWaitItWasGiven(string code, string? target, int? seconds)
    {
        _bench.Board.Turn(code, new DialSetting { Count = 1, Target = target });

        using var refused = await _bench.Client.GetAsync("api/things", Token);
        using var after = await _bench.Client.GetAsync("api/things", Token);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var wait = refused.Headers.RetryAfter?.Delta;
        wait.ShouldBe(seconds is { } given ? TimeSpan.FromSeconds(given) : null);
        (await refused.Content.ReadAsStringAsync(Token)).ShouldBe("refused 429");
        after.StatusCode.ShouldBe(HttpStatusCode.OK);
        _bench.Done.ShouldBe(1);
    }

    [Fact]
    public async Task Outage_ByLength_LastsThatManyCallsWhateverTheChance()
    {
        _bench.Board.Turn("F4", new DialSetting { Probability = 0.2, Target = "503x3" });

        List<int> statuses = [];
        for (var i = 0; i < 200; i++)
        {
            using var answer = await _bench.Client.GetAsync("api/things", Token);
            statuses.Add((int)answer.StatusCode);
        }

        var text = string.Concat(statuses.Select(status => status == 503 ? 'x' : '.'));
        statuses.ShouldAllBe(status => status == 200 || status == 503);
        text.ShouldContain("xxx");
        text.Trim('x').Split('.').Where(run => run.Length > 0).ShouldAllBe(run => run.Length % 3 == 0);
        _bench.Board.Snapshot().Single(state => state.Dial.Code == "F4").Met.ShouldBe(statuses.Count(status => status == 503));
    }

    [Fact]
    public async Task Outage_WithoutTarget_TakesEachStatusInTurn()
    {
        _bench.Board.Turn("F4", new DialSetting { Count = 8 });

        List<int> statuses = [];
        for (var i = 0; i < 9; i++)
        {
            using var answer = await _bench.Client.GetAsync("api/things", Token);
            statuses.Add((int)answer.StatusCode);
        }

        statuses.ShouldBe([500, 500, 502, 502, 503, 503, 504, 504, 200]);
    }

    [Fact]
    public async Task DropAfterApply_DoesTheWorkAndCutsTheConnection()
    {
        _bench.Board.Turn("F5", new DialSetting { Count = 1, Method = "POST" });

        await _bench.Client.GetAsync("api/things", Token);
        await Should.ThrowAsync<HttpRequestException>(() => _bench.Client.PostAsync("api/things", null, Token));

        _bench.Done.ShouldBe(2);
        _bench.Calls.Snapshot().Select(call => call.Status).ShouldBe([200, 0]);
    }

    [Fact]
    public async Task HangAfterApply_DoesTheWorkAndWaitsForTheClientToGiveUp()
    {
        _bench.Board.Turn("F5", new DialSetting { Count = 1, Target = "hang" });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = _bench.Client.GetAsync("api/things", patience.Token);
        while (_bench.Calls.Total == 0)
            await Task.Yield();

        call.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);

        _bench.Done.ShouldBe(1);
    }

    [Fact]
    public async Task ResetMidBody_FailsWhileTheBodyIsRead()
    {
        _bench.Board.Turn("F6", new DialSetting { Count = 1 });

        await Should.ThrowAsync<HttpRequestException>(() => _bench.Client.GetStringAsync("api/things", Token));

        _bench.Done.ShouldBe(1);
    }

    [Fact]
    public async Task Truncated_AnswersHalfAJsonDocument()
    {
        _bench.Board.Turn("F6", new DialSetting { Count = 1, Target = "truncated" });

        var body = await _bench.Client.GetStringAsync("api/things", Token);

        body.ShouldBe(FaultDialBench.Body[..(FaultDialBench.Body.Length / 2)]);
    }

    [Fact]
    public async Task Html_Answers200WithAPageAndDoesNoWork()
    {
        _bench.Board.Turn("F7", new DialSetting { Count = 1 });

        using var answer = await _bench.Client.GetAsync("api/things", Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        _bench.Done.ShouldBe(0);
    }

    [Fact]
    public async Task Drip_SendsTheWholeBodyOverTheTimeOnTheSimulatorsClock()
    {
        _bench.Board.Turn("F8", new DialSetting { Count = 1, Target = "40" });
        var before = _bench.Clock.GetUtcNow();

        var body = await _bench.Client.GetStringAsync("api/things", Token);

        body.ShouldBe(FaultDialBench.Body);
        (_bench.Clock.GetUtcNow() - before).ShouldBe(TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Reset_CutsTheConnectionBeforeTheWork()
    {
        _bench.Board.Turn("F13", new DialSetting { Count = 1 });

        await Should.ThrowAsync<HttpRequestException>(() => _bench.Client.PostAsync("api/things", null, Token));

        _bench.Done.ShouldBe(0);
        _bench.Calls.Snapshot().Single().Status.ShouldBe(0);
    }

    [Theory]
    [InlineData("F1", "soon")]
    [InlineData("F2", "1")]
    [InlineData("F4", "418")]
    [InlineData("F4", "503x0")]
    [InlineData("F5", "maybe")]
    [InlineData("F6", "maybe")]
    [InlineData("F8", "-1")]
    public void Turn_TargetOutOfRange_IsRefusedAndTheDialIsOff(string code, string target)
    {
        var refusal = Should.Throw<ArgumentException>(() => _bench.Board.Turn(code, new DialSetting { Target = target }));

        refusal.Message.ShouldContain($"The target of {code} is \"{target}\"");
        _bench.Board.On(code).ShouldBeNull();
    }

    [Fact]
    public async Task Dials_LeavePagesForPeopleAlone_AndComeBeforeThePlan()
    {
        _bench.Board.Turn("F2", new DialSetting { Count = 1 });
        _bench.Plan.Add(new Fault { Kind = FaultKind.Refuse, Status = 500 });

        (await _bench.Client.GetStringAsync("page", Token)).ShouldBe("page");
        using var first = await _bench.Client.GetAsync("api/things", Token);
        using var second = await _bench.Client.GetAsync("api/things", Token);

        ((int)first.StatusCode, (int)second.StatusCode).ShouldBe((429, 500));
    }

    [Fact]
    public async Task Chance_SameSeed_MeetsTheSameCalls()
    {
        await using var twin = await FaultDialBench.StartAsync();

        async Task<string> Run(FaultDialBench bench)
        {
            bench.Board.Turn("F2", new DialSetting { Probability = 0.3 });
            var text = "";
            for (var i = 0; i < 60; i++)
            {
                using var answer = await bench.Client.GetAsync("api/things", Token);
                text += answer.IsSuccessStatusCode ? '.' : 'x';
            }
            return text;
        }

        var trace = await Run(_bench);
        (await Run(twin)).ShouldBe(trace);
        trace.Count(c => c == 'x').ShouldBeInRange(8, 30);
    }
}
