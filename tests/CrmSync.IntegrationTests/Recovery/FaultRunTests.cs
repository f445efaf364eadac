using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>Every passing fault of both CRMs at once, each on one call in twenty: the end must be whole, within the limits, and nobody's value lost that we had seen.</summary>
public sealed class FaultRunTests(ITestOutputHelper output)
{
    private const int Activities = 200;

    [Fact]
    public async Task Run_EveryPassingFaultAtFivePercent_EndsWholeWithinTheLimits()
    {
        var token = TestContext.Current.CancellationToken;
        await using var run = await FaultRun.BeginAsync(Activities, token);
        await using var host = run.Service.StartHost();
        await run.FinishAsync(token);
        (await host.TerminateAsync(token)).ShouldBe(0, host.Output);
        await run.JudgeAsync(output.WriteLine, token);
    }
}
