using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using FsCheck.Fluent;
using FsCheck;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Jobs;

public sealed class FailurePolicyTests
{
    private static readonly RunnerOptions Options = new() { Node = "test", MaximumAttempts = 5 };
    private static readonly FailurePolicy Policy = new(Options, TimeProvider.System);

    private static Failure Of(FailureCategory category, DateTimeOffset? notBefore = null) => new(category, "code", "Message.", "Fix.") { NotBefore = notBefore };

    [Theory]
    [InlineData(FailureCategory.Retry)]
    [InlineData(FailureCategory.Unknown)]
    public void EndingFor_PassingTrouble_RetriesUntilTheTriesAreUsedUp(FailureCategory category)
    {
        Policy.EndingFor(Of(category), 4).ShouldBeOfType<BatchEnding.Retry>();
        Policy.EndingFor(Of(category), 5).ShouldBeOfType<BatchEnding.Discard>().Code.ShouldBe("retries_exhausted");
    }

    [Fact]
    public void EndingFor_Wait_SnoozesUntilTheTimeGivenHoweverOften()
    {
        var until = TimeProvider.System.GetUtcNow().AddHours(6);
        Policy.EndingFor(Of(FailureCategory.Wait, until), 500).ShouldBeOfType<BatchEnding.Snooze>().Until.ShouldBe(until);
    }

    [Fact]
    public void EndingFor_WaitWithoutTime_NeverSpins() =>
        Policy.EndingFor(Of(FailureCategory.Wait), 1).ShouldBeOfType<BatchEnding.Snooze>().Until.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());

    [Fact]
    public void EndingFor_Stop_KeepsTheWorkForWhenAPersonHasActed() =>
        Policy.EndingFor(Of(FailureCategory.Stop), 500).ShouldBeOfType<BatchEnding.Snooze>();

    [Theory]
    [InlineData(FailureCategory.Reject)]
    [InlineData(FailureCategory.Gone)]
    public void EndingFor_Final_KeepsADeadLetterWithTheReason(FailureCategory category) =>
        Policy.EndingFor(Of(category), 1).ShouldBeOfType<BatchEnding.Discard>().Message.ShouldContain("Message.");

    [Fact]
    public void Delay_AnyAttempt_GrowsAndStaysBounded() =>
        Prop.ForAll(Gen.Choose(-5, 10_000).ToArbitrary(), attempt =>
        {
            var delay = Policy.Delay(attempt);
            var plain = Math.Min(2_000 * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30)), 600_000);
            return delay.TotalMilliseconds >= plain * 0.8 - 1 && delay.TotalMilliseconds <= plain * 1.2 + 1;
        }).QuickCheckThrowOnFailure();
}
