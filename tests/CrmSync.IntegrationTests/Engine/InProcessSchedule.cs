using System.Threading.Channels;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.IntegrationTests.Engine;

/// <summary>One schedule of the in-process engine: a loop that runs on each due time or nudge, so that two runs of it never overlap.</summary>
internal sealed class InProcessSchedule
{
    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TimeProvider _time;
    private readonly Func<CancellationToken, Task> _run;
    private readonly CancellationToken _impatience;
    private readonly Task _loop;

    public InProcessSchedule(
        RecurringJob job, TimeProvider time, Func<CancellationToken, Task> run, InProcessSchedule? replaced, CancellationToken impatience)
    {
        (Recurrence, _time, _run, _impatience) = (job.Recurrence, time, run, impatience);
        var first = job.FirstDue(time.GetUtcNow());
        _loop = Task.Run(() => LoopAsync(first, replaced?._loop ?? Task.CompletedTask), CancellationToken.None);
    }

    public Recurrence Recurrence { get; }

    public void Trigger() => _nudges.Writer.TryWrite(true);

    public Task StopAsync()
    {
        _nudges.Writer.TryComplete();
        return _loop;
    }

    /// <summary>Calls back at an instant, never before it: a timer that wakes early by the clock is set once more.</summary>
    public static ITimer At(DateTimeOffset due, TimeProvider time, Action action)
    {
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                if (time.GetUtcNow() < due)
                    timer!.Change(Until(due, time), Timeout.InfiniteTimeSpan);
                else
                    action();
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(Until(due, time), Timeout.InfiniteTimeSpan);
        return timer;
    }

    public static async Task QuietlyAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
#pragma warning disable CA1031 // The engine's edge: a callback's fault is the ledger's affair, and this engine has no log.
        catch (Exception)
#pragma warning restore CA1031
        {
            await Task.Yield();
        }
    }

    // Timers count in whole milliseconds.
    private static TimeSpan Until(DateTimeOffset due, TimeProvider time) =>
        TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((due - time.GetUtcNow()).TotalMilliseconds), 0, int.MaxValue));

    private async Task LoopAsync(DateTimeOffset? due, Task before)
    {
        await before;
        while (true)
        {
            ITimer? timer = due is { } at ? At(at, _time, Trigger) : null;
            var goesOn = await _nudges.Reader.WaitToReadAsync(CancellationToken.None) && _nudges.Reader.TryRead(out _);
            if (timer is not null)
                await timer.DisposeAsync();
            if (!goesOn)
                return;
            var now = _time.GetUtcNow();
            if (due <= now)
                due = Recurrence.NextAfter(now);
            await QuietlyAsync(() => _run(_impatience));
        }
    }
}
