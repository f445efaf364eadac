using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>The run under every passing fault, with the plug pulled in the middle. A class of its own, so that it runs beside the other: both wait out real back-off.</summary>
public sealed class FaultCrashTests(ITestOutputHelper output)
{
    private const int Activities = 200;

    [Fact]
    public async Task Run_KilledInTheMiddleOfTheFaults_EndsWhole()
    {
        var token = TestContext.Current.CancellationToken;
        await using var run = await FaultRun.BeginAsync(Activities / 2, token);
        await using (var first = run.Service.StartHost())
        {
            await run.ReachAsync(Activities / 4, token);
            await first.KillAsync(token);
        }
        await using var second = run.Service.StartHost();
        await run.FinishAsync(token);
        (await second.TerminateAsync(token)).ShouldBe(0, second.Output);
        await run.JudgeAsync(output.WriteLine, token);
    }
}
