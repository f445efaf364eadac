using CrmSync.Simulator.AzureOpenAI;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class ModelLimitTests
{
    private static Task<ModelBench> WithAsync(int requests, int tokens) => ModelBench.StartAsync(new ModelSimulatorOptions
    {
        Deployments = [new ModelDeployment("crmsync-mini", "gpt-5.4-mini") { RequestsPerMinute = requests, TokensPerMinute = tokens }],
    });

    [Fact]
    public async Task Requests_BeyondTheMinute_AreRefusedUntilItRefills()
    {
        await using var bench = await WithAsync(2, 1_000_000);
        var ask = ModelBench.Ask("Hello");

        var first = await bench.SendAsync("chat/completions", ask);
        await bench.SendAsync("chat/completions", ask);
        var third = await bench.SendAsync("chat/completions", ask);
        bench.Clock.Advance(TimeSpan.FromSeconds(31));
        var fourth = await bench.SendAsync("chat/completions", ask);

        (first.Status, third.Status, fourth.Status).ShouldBe((200, 429, 200));
        first.Headers.GetValues("x-ratelimit-limit-requests").ShouldBe(["2"]);
        first.Headers.GetValues("x-ratelimit-remaining-requests").ShouldBe(["1"]);
        third.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(20, 30);
        int.Parse(third.Headers.GetValues("retry-after-ms").Single(), null).ShouldBeInRange(20_000, 30_000);
        int.Parse(third.Headers.GetValues("x-ratelimit-reset-requests").Single(), null).ShouldBeInRange(30, 60);
        ((string)third.Body["error"]!["message"]!).ShouldContain("call rate limit");
    }

    [Fact]
    public async Task Tokens_ArePaidForTheLongestAnswerAllowed()
    {
        await using var bench = await WithAsync(1000, 1500);
        var ask = ModelBench.Ask("Hello");
        ask["max_completion_tokens"] = 1000;

        var first = await bench.SendAsync("chat/completions", ask);
        var second = await bench.SendAsync("chat/completions", ask);
        ask["max_completion_tokens"] = 100;
        var third = await bench.SendAsync("chat/completions", ask);

        (first.Status, second.Status, third.Status).ShouldBe((200, 429, 200));
        int.Parse(first.Headers.GetValues("x-ratelimit-remaining-tokens").Single(), null).ShouldBeInRange(400, 500);
        ((string)second.Body["error"]!["message"]!).ShouldContain("token rate limit");
    }

    [Fact]
    public async Task QuotasOff_NothingIsRefusedAndNoHeaderSays()
    {
        await using var bench = await WithAsync(1, 10);
        bench.Simulator.QuotasOn = false;

        for (var i = 0; i < 3; i++)
        {
            var (status, _, headers) = await bench.SendAsync("chat/completions", ModelBench.Ask("Hello"));
            status.ShouldBe(200);
            headers.Contains("x-ratelimit-limit-requests").ShouldBeFalse();
        }
    }
}
