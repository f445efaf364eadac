namespace CrmSync.Tests.Testing;

/// <summary>A clock on which waits are over as soon as they begin, but for those of a length that shall never end.</summary>
internal sealed class HastyClock(TimeSpan? never = null) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan || dueTime == never ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
}
