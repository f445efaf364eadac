using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

/// <summary>What is waited out where no queue holds the work.</summary>
public sealed class PatienceTests
{
    private readonly JumpingClock _clock = new();

    [Fact]
    public async Task WithAsync_LimitsThatAreOverSoon_AreWaitedOutUntilItIsDone()
    {
        var begun = _clock.GetUtcNow();
        var tries = new Queue<Failure?>([Wait(begun.AddSeconds(4)), Wait(begun.AddSeconds(2)), Wait(begun.AddSeconds(8)), null]);

        (await Patience.OfSetup.WithAsync(() => Task.FromResult(tries.Dequeue()), _clock, TestContext.Current.CancellationToken)).ShouldBeNull();

        tries.ShouldBeEmpty();
        _clock.GetUtcNow().ShouldBe(begun.AddSeconds(8));
    }

    [Theory]
    [InlineData(FailureCategory.Wait, 61)]
    [InlineData(FailureCategory.Stop, 10)]
    [InlineData(FailureCategory.Wait, null)]
    public async Task WithAsync_LongWaitOrAnotherTrouble_IsToldAtOnce(FailureCategory category, int? seconds)
    {
        var begun = _clock.GetUtcNow();
        var failure = Wait(seconds is { } wait ? begun.AddSeconds(wait) : null) with { Category = category };
        var tries = 0;

        (await Patience.OfSetup.WithAsync(() => Task.FromResult<Failure?>(tries++ < 1 ? failure : null), _clock, TestContext.Current.CancellationToken)).ShouldBe(failure);

        (tries, _clock.GetUtcNow()).ShouldBe((1, begun));
    }

    [Fact]
    public async Task WithAsync_LimitUsedUpAgainAndAgain_IsToldAfterTenWaits()
    {
        var tries = 0;
        (await Patience.OfSetup.WithAsync(() => Task.FromResult<Failure?>(Wait(_clock.GetUtcNow().AddSeconds(tries++ % 2))), _clock, TestContext.Current.CancellationToken)).ShouldNotBeNull();
        tries.ShouldBe(11);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task WithAsync_PassingTrouble_IsTriedThreeTimesMore(int troubles, bool done)
    {
        var tries = 0;
        var read = await Patience.OfSetup.WithAsync(
            () => Task.FromResult(tries++ < troubles ? Wait(null) with { Category = FailureCategory.Retry } : Result.Success(7)), _clock, TestContext.Current.CancellationToken);
        read.Succeeded.ShouldBe(done);
    }

    private static Failure Wait(DateTimeOffset? until) => new(FailureCategory.Wait, "test.limited", "The limit is reached.", "It goes on by itself.") { NotBefore = until };
}
