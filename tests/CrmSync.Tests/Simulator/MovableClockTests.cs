using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class MovableClockTests
{
    private readonly MovableClock _clock = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Advance_MovesNowAndTimestamps()
    {
        var (now, stamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());

        _clock.Advance(TimeSpan.FromHours(3));

        (_clock.GetUtcNow() - now).ShouldBeInRange(TimeSpan.FromHours(3), TimeSpan.FromHours(3.1));
        _clock.GetElapsedTime(stamp).ShouldBeInRange(TimeSpan.FromHours(3), TimeSpan.FromHours(3.1));
    }

    [Fact]
    public async Task Advance_PastAWait_EndsIt()
    {
        var wait = Task.Delay(TimeSpan.FromHours(1), _clock, Token);

        _clock.Advance(TimeSpan.FromMinutes(59));
        wait.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMinutes(2));

        await wait.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);
    }

    [Fact]
    public async Task Advance_PastManyPeriods_FiresOnceAndGoesOn()
    {
        using var fired = new SemaphoreSlim(0);
        using var timer = _clock.CreateTimer(_ => fired.Release(), null, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        _clock.Advance(TimeSpan.FromHours(5));
        (await fired.WaitAsync(TimeSpan.FromSeconds(20), Token)).ShouldBeTrue();
        fired.CurrentCount.ShouldBe(0);
        _clock.Advance(TimeSpan.FromHours(1));
        (await fired.WaitAsync(TimeSpan.FromSeconds(20), Token)).ShouldBeTrue();
    }

    [Fact]
    public void Advance_DisposedTimer_NeverFires()
    {
        var fired = false;
        _clock.CreateTimer(_ => fired = true, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan).Dispose();

        _clock.Advance(TimeSpan.FromHours(2));

        fired.ShouldBeFalse();
    }

    [Fact]
    public void Advance_BackOrPastTheEnd_IsRefused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.FromSeconds(-1)));
        Should.Throw<ArgumentOutOfRangeException>(() => _clock.Advance(TimeSpan.MaxValue));
    }
}
